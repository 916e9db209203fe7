{# The run's window of days arrives by dbt's own --event-time-start (first day) and --event-time-end
   (day after the last): unlike --vars they leave the partial parse alone. Without them a run covers
   everything. Unit tests override `first_day` and `last_day`. #}

{% macro first_day() -%}
    {%- set start = invocation_args_dict.get('event_time_start') -%}
    {{ return((start | string)[:10] if start else '') }}
{%- endmacro %}

{% macro last_day() -%}
    {%- set end = invocation_args_dict.get('event_time_end') -%}
    {%- if not end -%}{{ return('') }}{%- endif -%}
    {%- set day_after = modules.datetime.datetime.strptime((end | string)[:10], '%Y-%m-%d') -%}
    {{ return((day_after - modules.datetime.timedelta(days=1)).strftime('%Y-%m-%d')) }}
{%- endmacro %}

{# Condition: `column` (a date) lies in the run's window; `lead_days` more days before it. #}
{% macro in_window(column, lead_days=0) -%}
    {%- set first = first_day() -%}
    {%- if first -%}
    {{ column }} between date '{{ first }}' - {{ lead_days }} and date '{{ last_day() }}'
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# Condition on a UTC timestamp that holds for every send whose local day may lie in the window: lets the
   lake skip files. Zones reach from UTC-12 to UTC+14. #}
{% macro near_window(column, lead_days=0) -%}
    {%- set first = first_day() -%}
    {%- if first -%}
    {{ column }} >= timestamp '{{ first }}' - to_days({{ lead_days + 1 }})
    and {{ column }} < timestamp '{{ last_day() }}' + to_days(2)
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# Pre-hook: delete the window's rows before the new ones are appended in the same transaction, so that a
   day that became empty loses its stale rows (delete+insert by key would keep them). #}
{% macro replace_window(column) -%}
    {%- if is_incremental() -%}
    delete from {{ this }} where {{ in_window(column) if first_day() else replace_all_condition(column) }}
    {%- endif -%}
{%- endmacro %}

{# Without a window facts are rebuilt whole and as-of tables replace their newest day only. #}
{% macro replace_all_condition(column) -%}
    {%- if column == 'as_of_date' -%}
    as_of_date = (select max(send_date) from {{ ref('fct_sends') }})
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# The days whose as-of rows this run makes: the run's window, else the newest day with sends. #}
{% macro as_of_days() -%}
    {#- named in both cases: the graph must not depend on the flags of the run that parsed it -#}
    {%- set facts = ref('fct_sends') -%}
    {%- if first_day() -%}
    (
        select cast(unnest(generate_series(
            date '{{ first_day() }}', date '{{ last_day() }}', interval 1 day
        )) as date) as as_of_date
    )
    {%- else -%}
    (select max(send_date) as as_of_date from {{ facts }} having max(send_date) is not null)
    {%- endif -%}
{%- endmacro %}
