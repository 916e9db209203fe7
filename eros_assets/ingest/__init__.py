"""Export files → raw tables: readers, column mapping, parsing, quarantine. Pure; nothing is written here."""
