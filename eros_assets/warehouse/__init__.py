"""The lake: connection, reads, writes, dbt."""
