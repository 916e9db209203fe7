{# Descriptions as comments of the lake (`persist_docs`). Only comments that differ are written, in the model's own
   transaction: DuckLake keeps a row for every comment ever written, and a daily run would add hundreds. It takes
   comments on tables, their columns and views; not on columns of views. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set stored = stored_comments(relation) -%}
    {%- set statements = [] -%}
    {%- if for_relation and config.persist_relation_docs() and model.description
        and stored.get('') != model.description -%}
        {%- do statements.append(
            'comment on ' ~ ('view ' if relation.is_view else 'table ') ~ relation
            ~ ' is ' ~ duckdb_escape_comment(model.description)
        ) -%}
    {%- endif -%}
    {%- if for_columns and config.persist_column_docs() -%}
        {%- for column in model.columns.values()
            if column.description and column.name in stored and stored[column.name] != column.description -%}
            {%- do statements.append(
                'comment on column ' ~ relation ~ '.' ~ adapter.quote(column.name)
                ~ ' is ' ~ duckdb_escape_comment(column.description)
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if statements -%}
        {%- do run_query(statements | join('; ')) -%}
    {%- endif -%}
{%- endmacro %}

{# Comments a relation has: each column's by name (null when it has none), the relation's own under ''. A table's own
   comment is read from the catalog, which does not know tables made in this transaction: those have no comment on
   any column either. duckdb_tables() would know, but reads the statistics of every table for it. #}
{% macro stored_comments(relation) -%}
    {%- set comments = {} -%}
    {%- if relation.is_view -%}
        {%- set found -%}
        select '' as name, comment from duckdb_views()
        where
            database_name = '{{ relation.database }}'
            and schema_name = '{{ relation.schema }}'
            and view_name = '{{ relation.identifier }}'
        {%- endset -%}
    {%- else -%}
        {%- set found -%}
        select column_name as name, comment from duckdb_columns()
        where
            database_name = '{{ relation.database }}'
            and schema_name = '{{ relation.schema }}'
            and table_name = '{{ relation.identifier }}'
        {%- endset -%}
    {%- endif -%}
    {%- for row in run_query(found) -%}
        {%- do comments.update({row[0] or '': row[1]}) -%}
    {%- endfor -%}
    {%- if not relation.is_view and comments.values() | select | list -%}
        {%- set catalog = '__ducklake_metadata_' ~ relation.database -%}
        {%- set own -%}
        select tags.value
        from {{ catalog }}.ducklake_tag as tags
        inner join {{ catalog }}.ducklake_table as tables
            on tags.object_id = tables.table_id and tables.end_snapshot is null
        inner join {{ catalog }}.ducklake_schema as schemas
            on tables.schema_id = schemas.schema_id and schemas.end_snapshot is null
        where
            tags.end_snapshot is null
            and tags.key = 'comment'
            and tables.table_name = '{{ relation.identifier }}'
            and schemas.schema_name = '{{ relation.schema }}'
        {%- endset -%}
        {%- for row in run_query(own) -%}
            {%- do comments.update({'': row[0]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(comments) }}
{%- endmacro %}
