{# `parameter` points when the condition holds; an unknown condition gives none. #}
{% macro points(condition, parameter) -%}
    case when {{ condition }} then {{ param(parameter) }} else 0 end
{%- endmacro %}
