-- why: nothing was deleted; this says whether the user's work went to another account
select transfer_id from research_transferred_users where user_id = $1
