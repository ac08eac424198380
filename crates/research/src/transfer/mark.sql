-- why: tells a giver whose work is elsewhere already
select transfer_id from research_transferred_users where user_id = $1
