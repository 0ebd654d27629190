"""Invented values of the same kind and shape for the personal data of a text; `invent` draws one, `is_invented` knows them again."""
