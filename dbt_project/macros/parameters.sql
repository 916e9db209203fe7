{# Figures of the configuration, by name (seed `parameters`). #}

{% macro param(name) -%}
    (select value from {{ ref('parameters') }} where name = '{{ name }}')
{%- endmacro %}

{% macro param_int(name) -%}
    (select cast(value as integer) from {{ ref('parameters') }} where name = '{{ name }}')
{%- endmacro %}

{# Zone of pages that no creator row places. #}
{% macro agency_timezone() -%}
    (select timezone from {{ ref('agency') }})
{%- endmacro %}
