{{ config(pre_hook="{{ replace_window('as_of_date') }}") }}

{{ type_performance('content_type', 'content_type_key') }}
