-- why: users write no events by themselves; the function knows whose session it is, and which kinds are not theirs
select seq, created_at from research_tell($1, $2, $3)
