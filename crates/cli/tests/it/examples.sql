-- two people's documents: the first has a passage that is near the question and one that is far from it,
-- the second one that would be nearest of all
insert into documents.documents (id, owner_id, title)
select md5('document ' || n)::uuid, md5('account ' || n)::uuid, 'Document ' || n from generate_series(1, 2) as n;

insert into documents.passages (document_id, number, owner_id, content, embedding)
select md5('document ' || account)::uuid, number, md5('account ' || account)::uuid, content,
       (array_fill(0.5, array[383]) || last)::extensions.vector(384)
from (values (1, 1, 'mine, far', -90.0), (1, 2, 'mine, near', 0.6), (2, 1, 'theirs', 0.5))
  as made(account, number, content, last);
