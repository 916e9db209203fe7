{# Every condition holds in every row; `window` limits the check to the run's days. An unknown (null)
   condition counts as held: required columns say `is not null` themselves. #}
{% test holds(model, conditions, window=none) %}
select *
from {{ model }}
where
    {{ in_window(window) if window else 'true' }}
    and not coalesce(({{ conditions | join(') and (') }}), true)
{% endtest %}
