{# Sums of doubles in parallel depend on the order of rows. Summed as decimals they do not, so a range of
   days and single days give the same bits. #}
{% macro exact_sum(expression, filter='') -%}
    cast(coalesce(sum(cast({{ expression }} as decimal(38, 12))){{ ' filter (where ' ~ filter ~ ')' if filter }}, 0) as double)
{%- endmacro %}

{% macro count_sum(column, filter='') -%}
    cast(coalesce(sum({{ column }}){{ ' filter (where ' ~ filter ~ ')' if filter }}, 0) as bigint)
{%- endmacro %}

{# JSON list of seven factors, Monday first, scaled to mean 1; aggregates rows with `weekday`. #}
{% macro weekday_json(factor) -%}
    cast(to_json(list_transform(
        list({{ factor }} order by weekday), f -> round(f * 7 / {{ exact_sum(factor) }}, 9)
    )) as varchar)
{%- endmacro %}
