-- why: the account says whether it is anonymous, the token may be older than that
select a.is_anonymous, t.transfer_id
from research_own_account() as a
left join research_transferred_users as t on t.user_id = a.id
where a.id = $1
