{# `parameter` points when the condition holds; an unknown condition gives none (T5.5). #}
{% macro points(condition, parameter) -%}
    case when {{ condition }} then {{ param(parameter) }} else 0 end
{%- endmacro %}
