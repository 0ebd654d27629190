"""RAW TEXT -> DOCUMENTS. Ground floor: records, storage, errors; Turkish text, language, quality, PII, duplicates."""
