{# The columns identify a row and are never null; `window` limits the check to the run's days. #}
{% test key(model, columns, window=none) %}
select {{ columns | join(', ') }}, count(*) as rows_found
from {{ model }}
where {{ in_window(window) if window else 'true' }}
group by all
having count(*) > 1 or {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
