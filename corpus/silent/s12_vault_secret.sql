-- expect: nothing
select vault.create_secret('placeholder', 'notes_webhook_secret', 'signs what the notes project sends');
-- outcome: writes_rows table vault.secrets
