-- why: tells a user without news from one whose events are gone
select last_seq, pruned_seq from research_event_heads where user_id = $1
