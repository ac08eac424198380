-- why: the giver's account is locked against everything that refers to it, so that no session is made meanwhile
select id, is_anonymous from research_lock_for_transfer($1, $2)
