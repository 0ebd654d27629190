"""The recipe keys of this room, and the base that every config shares."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator


class Config(BaseModel):
    """Base of every recipe part: frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Preset = Literal["web", "fineweb2-tr", "strict", "none"]
PiiPolicy = Literal["tag", "surrogate", "mask", "drop", "keep"]
PiiEntity = Literal[
    "TCKN", "VKN", "MERSIS", "SGK", "PASSPORT", "ID_SERIAL", "LICENCE", "IBAN", "CARD", "PHONE", "EMAIL", "KEP", "URL", "IP", "PLATE", "BIRTH_DATE",
    "ADDRESS", "PERSON",
]  # fmt: skip
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class GlotLidConfig(Config):
    """Where the GlotLID model lies."""

    path: str | None = Field(
        default=None,
        description="fastText model file of GlotLID (model.bin), relative to the recipe's folder; empty takes it from the hub.",
    )
    hub: str = Field(
        default="cis-lmu/glotlid", description="Repository on the Hugging Face Hub that holds model.bin, asked where path is empty."
    )


class LanguageConfig(Config):
    """Which languages stay."""

    keep: tuple[LanguageCode, ...] = Field(
        default=("tr",), description="ISO 639 codes of the languages to keep; empty keeps every language."
    )
    model: Literal["py3langid", "glotlid"] = Field(
        default="py3langid",
        description="py3langid needs nothing more; glotlid knows 2,000 languages and needs the extra glotlid and a model file.",
    )
    glotlid: GlotLidConfig = GlotLidConfig()
    short: Literal["judge", "keep", "drop"] = Field(
        default="judge",
        description="What happens to a text with fewer letters than short_letters: judge it as any other, keep it whatever it is, or drop it.",
    )
    short_letters: int = Field(
        default=20,
        ge=0,
        description="Letters below which a text is short; single words and exclamations cannot be told from a neighbour's.",
    )
    mixed: Literal["paragraphs", "whole"] = Field(
        default="paragraphs",
        description="paragraphs takes those in another language out of a document and keeps the rest; whole judges the document as one.",
    )
    min_probability: float = Field(
        default=0.0, ge=0, le=1, description="Least probability of the language that is kept; FineWeb-2 asks 0.875 of GlotLID for Turkish."
    )


class QualityLimits(Config):
    """Limits of a recipe's own over those of its preset; empty takes the preset's."""

    min_words: float | None = Field(default=None, ge=0, description="Fewest words.")
    max_words: float | None = Field(default=None, ge=0, description="Most words.")
    max_broken_share: float | None = Field(
        default=None, ge=0, le=1, description="Most characters that are unreadable (U+FFFD, or ? inside a word), as a share of all."
    )
    min_mean_word_length: float | None = Field(default=None, ge=0, description="Shortest mean word, in characters.")
    max_mean_word_length: float | None = Field(default=None, ge=0, description="Longest mean word, in characters.")
    max_symbol_share: float | None = Field(default=None, ge=0, le=1, description="Most symbols, as a share of visible characters.")
    max_upper_share: float | None = Field(default=None, ge=0, le=1, description="Most capitals, as a share of letters.")
    max_digit_share: float | None = Field(default=None, ge=0, le=1, description="Most digits, as a share of visible characters.")
    min_alphabetic_word_share: float | None = Field(
        default=None, ge=0, le=1, description="Fewest words that hold a letter, as a share of words."
    )
    min_alphabetic_token_share: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Fewest words that hold a letter, as a share of words and marks, which is how FineWeb-2 counts.",
    )
    min_stop_words: float | None = Field(
        default=None, ge=0, description="Fewest different function words, of 40; asked of texts from 20 words."
    )
    min_fineweb_stop_words: float | None = Field(
        default=None, ge=0, description="Fewest different function words of FineWeb-2's list, of 15; asked of texts from 20 words."
    )
    min_stop_word_share: float | None = Field(
        default=None, ge=0, le=1, description="Fewest function words, as a share of words; asked of texts from 20 words."
    )
    max_spam_phrases: float | None = Field(default=None, ge=0, description="Most phrases of spam.")
    max_filler_phrases: float | None = Field(default=None, ge=0, description="Most phrases of placeholder text (lorem ipsum).")
    max_insults: float | None = Field(
        default=None, ge=0, description="Most insults and curses of the word list; no preset has it, they are only tagged."
    )
    max_boilerplate_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in lines that are labels and notices of pages, as a share of characters."
    )
    max_menu_line_share: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Most lines of up to three words without a final mark, as a share of lines; asked of texts from 6 lines.",
    )
    max_bullet_line_share: float | None = Field(
        default=None, ge=0, le=1, description="Most lines that begin with a bullet, as a share of lines; asked of texts from 6 lines."
    )
    max_ellipsis_line_share: float | None = Field(
        default=None, ge=0, le=1, description="Most lines that end with three dots, as a share of lines."
    )
    max_short_line_share: float | None = Field(
        default=None, ge=0, le=1, description="Most lines of up to 30 characters, as a share of lines; asked of texts from 6 lines."
    )
    min_ended_line_share: float | None = Field(
        default=None, ge=0, le=1, description="Fewest lines that end with a final mark, as a share of lines."
    )
    max_line_breaks_per_word: float | None = Field(default=None, ge=0, description="Most line breaks for each word.")
    max_repeated_line_share: float | None = Field(
        default=None, ge=0, le=1, description="Most lines that stood before, as a share of lines."
    )
    max_repeated_line_character_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in lines that stood before, as a share of characters."
    )
    max_repeated_paragraph_share: float | None = Field(
        default=None, ge=0, le=1, description="Most paragraphs that stood before, as a share of paragraphs."
    )
    max_top_2gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in the most frequent sequence of 2 words, as a share of characters."
    )
    max_top_3gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in the most frequent sequence of 3 words, as a share of characters."
    )
    max_top_4gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in the most frequent sequence of 4 words, as a share of characters."
    )
    max_repeated_5gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in sequences of 5 words that stood before, as a share of characters."
    )
    max_repeated_6gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in sequences of 6 words that stood before, as a share of characters."
    )
    max_repeated_7gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in sequences of 7 words that stood before, as a share of characters."
    )
    max_repeated_8gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in sequences of 8 words that stood before, as a share of characters."
    )
    max_repeated_9gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in sequences of 9 words that stood before, as a share of characters."
    )
    max_repeated_10gram_share: float | None = Field(
        default=None, ge=0, le=1, description="Most of the text in sequences of 10 words that stood before, as a share of characters."
    )


class PerplexityConfig(Config):
    """A small n-gram model of the kept texts, by which the least likely of them go."""

    enabled: bool = Field(default=False, description="Train the model on a sample of the texts that passed, and drop the least likely.")
    keep_share: float = Field(
        default=0.98,
        gt=0,
        le=1,
        description="Share of the texts that stay by the spelling of their words, and as many by the order of them.",
    )
    sample_mb: float = Field(
        default=32.0, gt=0, description="Most text the model learns from, in MB of characters; drawn with the recipe's seed."
    )


class QualityConfig(Config):
    """Which texts are too poor to learn from."""

    preset: Preset = Field(
        default="web", description="Set of rules: web (mild), fineweb2-tr (FineWeb-2's Turkish thresholds), strict, or none."
    )
    min_words: int | None = Field(default=None, ge=0, description="Fewest words a document may have; empty takes the preset's.")
    limits: QualityLimits = QualityLimits()
    remove_boilerplate: bool = Field(
        default=False, description="Take menu entries, cookie notices and other labels of pages out of the text before it is judged."
    )
    toxic_words: str | None = Field(
        default=None,
        description="File of insults to count and tag, relative to the recipe's folder, a stem a line; empty takes the list that ships.",
    )
    perplexity: PerplexityConfig = PerplexityConfig()


class NerConfig(Config):
    """A model that finds names of people beside the lists and rules."""

    kind: Literal["transformers", "gliner"] = Field(
        default="transformers",
        description="transformers: a token classifier, needs the extra training; gliner: a GLiNER model, needs the extra gliner.",
    )
    model: str = Field(min_length=1, description="Model: a folder, or a name on the Hugging Face Hub.")
    labels: tuple[str, ...] = Field(
        default=("PER", "PERSON", "person"), min_length=1, description="What the model calls a person; for gliner what it is asked to find."
    )
    threshold: float = Field(default=0.5, ge=0, le=1, description="Lowest score of the model that counts.")


class PiiConfig(Config):
    """What happens to personal data."""

    policy: PiiPolicy = Field(
        default="tag",
        description="tag writes <KİŞİ_1>, surrogate an invented value of the same kind, mask ***, drop rejects the whole document, keep leaves the text and only counts.",
    )
    policies: dict[PiiEntity, PiiPolicy] = Field(
        default={}, description="Kinds that another policy than the one above applies to: {IBAN: mask}."
    )
    entities: tuple[PiiEntity, ...] = Field(
        default=get_args(PiiEntity),
        description="Kinds of personal data the policy applies to; the others are only counted.",
    )
    names: Literal["private", "all"] = Field(
        default="private",
        description="private: names count as personal data after a form of address, and all of them in a document that holds another datum of a person; all: every name found.",
    )
    ner: NerConfig | None = Field(default=None, description="A model that finds names too; empty finds them by lists and rules only.")
    key_env: str = Field(
        default="IMBIK_PII_KEY",
        description="Environment variable with the secret that surrogates are drawn from, 16 letters or more: the same key gives a value the same surrogate in every run.",
    )
    sensitive: Literal["tag", "drop", "ignore"] = Field(
        default="tag",
        description="Sentences that tell of a person what KVKK art. 6 protects (health, belief, conviction...): tag marks the document (ozel:saglik), drop rejects it, ignore does not look.",
    )

    @model_validator(mode="after")
    def _policies_are_of_entities(self) -> PiiConfig:
        outside = sorted(set(self.policies) - set(self.entities))
        if outside:
            raise ValueError(f"policies names {', '.join(outside)}, which entities leaves out")
        return self

    def policy_of(self, kind: PiiEntity) -> PiiPolicy:
        """Return what is done with a kind."""
        return self.policies.get(kind, self.policy)


class LinesConfig(Config):
    """Which lines are taken out because many documents share them."""

    enabled: bool = Field(default=False, description="Take out lines that stand in many documents: templates, menus, signatures.")
    unit: Literal["line", "paragraph"] = Field(
        default="line", description="What is compared: a line, or a paragraph (lines up to the next empty one)."
    )
    min_documents: int = Field(default=10, ge=2, description="Documents a line must stand in to be taken out of all of them.")
    min_words: int = Field(default=4, ge=1, description="Shortest line that is compared, in words; shorter ones recur by chance.")
    min_words_left: int = Field(
        default=20, ge=0, description="Words a document that lost lines must still have; one with fewer is rejected."
    )


class IndexConfig(Config):
    """Older corpora that new documents are compared with."""

    path: str = Field(
        min_length=1, description="Folder of the index, relative to the recipe's folder; made by the first run that updates it."
    )
    update: bool = Field(default=True, description="Add the documents that stay to the index, for later runs.")
    batch: str = Field(
        default="",
        description="Name these documents have in the index; empty takes the recipe's. A batch is never compared with itself, and adding it again replaces it.",
    )


class SemanticConfig(Config):
    """Documents that say the same in other words, by static embeddings."""

    model: str = Field(
        min_length=1,
        description="model2vec model: a folder relative to the recipe's, or a name on the Hugging Face Hub. Needs the extra semantic.",
    )
    threshold: float = Field(default=0.95, gt=0, le=1, description="Cosine similarity of mean word vectors from which documents are one.")


class DedupConfig(Config):
    """When two documents are one."""

    threshold: float = Field(
        default=0.8, ge=0.5, le=1.0, description="Jaccard similarity of word 5-grams from which documents are one; 1 drops only equal ones."
    )
    permutations: int = Field(
        default=128, ge=16, le=1024, description="Hash permutations of a MinHash signature; more find more of the pairs near the threshold."
    )
    chains: Literal["follow", "cut"] = Field(
        default="follow",
        description="follow: all documents connected by likeness are one cluster, of which one stays; cut: a document goes only if it is like the one that stays itself.",
    )
    lines: LinesConfig = LinesConfig()
    index: IndexConfig | None = Field(default=None, description="Index of older corpora to compare with; empty compares with none.")
    semantic: SemanticConfig | None = Field(default=None, description="Comparison by meaning, after the one by words; empty leaves it out.")


class EvaluationSet(Config):
    """A file of test items that must not be trained on."""

    path: str = Field(
        min_length=1,
        description="File relative to the recipe's folder: .jsonl, .csv, .tsv or .txt (an item a line), each also as .gz, or .parquet.",
    )
    name: str = Field(default="", description="Name in reasons and counts; empty takes the file's.")
    fields: tuple[str, ...] = Field(
        default=(), description="Fields or columns that hold text, each compared by itself; empty takes all that hold text."
    )


class DecontaminateConfig(Config):
    """Which documents hold items of evaluation sets."""

    sets: tuple[EvaluationSet, ...] = Field(default=(), description="Evaluation sets; a document that holds an item of one is rejected.")
    ngram_words: int = Field(default=13, ge=5, le=50, description="Words in a row that must be equal; 13 as for GPT-3.")
    min_words: int = Field(
        default=8,
        ge=3,
        description="Shortest text of an item that is compared, in words; one shorter than ngram_words must stand in the document whole.",
    )
    min_overlap: float = Field(
        default=0.0, ge=0, le=1, description="Share of an item's words that must be found in equal runs; 0 takes any single run."
    )


class LimitsConfig(Config):
    """What one input may cost at most."""

    max_file_mb: float = Field(
        default=100.0,
        gt=0,
        description="Largest file in MB that is read as a whole, packed ones unpacked; row-based formats may be larger.",
    )
    max_line_mb: float = Field(
        default=8.0, gt=0, le=1000, description="Longest line, row or array element of a row-based format, in MB; 1000 at most."
    )
    max_unpacked_ratio: float = Field(
        default=1000.0,
        ge=1,
        description="How many times its packed size a .gz or .zst may unpack to, looked at from ten times max_file_mb on.",
    )
    max_pages: int = Field(default=10_000, ge=1, description="Pages of a .pdf that are read; those after them are rejected as one row.")
    max_seconds: float = Field(
        default=30.0, gt=0, description="Processor seconds that one page of a .pdf, or one .html, .docx or .epub file, may take."
    )
    max_memory_mb: float = Field(
        default=2000.0, ge=500, description="Memory in MB of the process that reads .pdf, .html, .docx and .epub files."
    )
    max_documents: int | None = Field(default=None, ge=1, description="Stop reading after this many documents; empty reads everything.")


class EngineConfig(Config):
    """Where curation runs; no key here changes its result."""

    kind: Literal["local", "ray"] = Field(default="local", description="local: processes of this machine; ray: tasks on a Ray cluster.")
    workers: int | None = Field(
        default=None, ge=1, description="Processes, or cores of a Ray cluster started here; empty takes every core of this machine."
    )
    shard_mb: float = Field(
        default=64.0, gt=0, description="Input a task takes at a time, in MB: a kill costs at most this for each worker."
    )
    address: str = Field(
        default="", description="Address of a running Ray cluster whose nodes all see the run folder; empty starts one on this machine."
    )

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, values: Any) -> Any:
        return {"kind": values} if isinstance(values, str) else values  # `engine: ray` says enough


class CurateConfig(Config):
    """Raw files to clean documents."""

    inputs: tuple[str, ...] = Field(
        min_length=1, description="Files, folders, glob patterns, relative to the recipe's folder, or hub:owner/name[@revision][/part]."
    )
    license: str = Field(default="", description="License of the inputs, written into each document that does not bring its own.")
    text_field: str | None = Field(
        None,
        description="Name of the text column of .jsonl, .json, .csv, .tsv and .parquet; empty guesses text, metin, content, icerik, body.",
    )
    language: LanguageConfig = LanguageConfig()
    quality: QualityConfig = QualityConfig()
    pii: PiiConfig = PiiConfig()
    dedup: DedupConfig = DedupConfig()
    decontaminate: DecontaminateConfig = DecontaminateConfig()
    limits: LimitsConfig = LimitsConfig()
    engine: EngineConfig = EngineConfig()
    format: Literal["auto", "jsonl", "parquet"] = Field(
        default="auto", description="How documents are written: jsonl, parquet, or auto: JSON Lines up to 300 MB and Parquet shards beyond."
    )
