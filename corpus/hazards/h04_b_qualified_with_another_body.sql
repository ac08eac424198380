-- expect: replaces-foreign-object 2
CREATE OR REPLACE FUNCTION public.update_updated_at_column()
RETURNS TRIGGER AS $BODY$
BEGIN
  NEW.updated_at = CURRENT_TIMESTAMP;
  RETURN NEW;
END;
$BODY$ LANGUAGE 'plpgsql';
-- outcome: replaces function public.update_updated_at_column()
