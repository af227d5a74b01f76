-- migrate:up
set local role consortia_owner;

create table store.dead_letters (
  id bigint generated always as identity primary key,
  consumer text not null,
  log text not null,
  index bigint,
  fact uuid,
  community text,
  stream text,
  version integer,
  tag text,
  sequence bigint,
  subject text,
  raw bytea,
  error text not null,
  tries integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null default clock_timestamp(),
  state text not null default 'waiting' constraint dead_letters_state check (state in ('waiting', 'retried', 'released')),
  asked text constraint dead_letters_asked check (asked in ('retry', 'release')),
  asked_at timestamptz,
  asked_by text,
  reason text,
  settled_at timestamptz,
  constraint dead_letters_of_fact_or_message check ((index is null) <> (sequence is null)),
  constraint dead_letters_once_per_fact unique (consumer, log, index)
);
comment on table store.dead_letters is
  'What a consumer could not take in: a fact, or (consumer hearing) a message that is none. A person retries or releases it.';
comment on column store.dead_letters.asked is 'What a person has asked the consumer to do, until it is done.';
create unique index dead_letters_once_per_message on store.dead_letters (log, sequence, sha256(raw))
  where sequence is not null;
create unique index dead_letters_one_open_per_stream on store.dead_letters (consumer, log, stream)
  where state = 'waiting' and stream is not null;
create index dead_letters_waiting on store.dead_letters (consumer, log) where state = 'waiting';

create table store.parked (
  consumer text not null,
  log text not null,
  index bigint not null,
  fact uuid not null,
  stream text not null,
  tag text not null,
  letter bigint not null references store.dead_letters (id),
  parked_at timestamptz not null default clock_timestamp(),
  primary key (consumer, log, index)
);
comment on table store.parked is 'Facts of a stream that wait behind an open dead letter of it, each taken in once it is settled.';
create index parked_behind on store.parked (letter, index);

create table store.heard_tags (
  log text not null,
  tag text not null,
  facts bigint not null,
  primary key (log, tag)
);
comment on table store.heard_tags is 'How many facts of each tag were heard, counted in the transaction that kept them.';

grant select on store.dead_letters, store.parked, store.heard_tags to consortia_appender, consortia_projector;
grant insert, update on store.dead_letters to consortia_appender, consortia_projector;
grant insert, update, delete on store.parked to consortia_appender, consortia_projector;

-- Moves a consumer on past a fact it has not acted on; false where it has passed it already. The head is locked first, as
-- every append does: of two processes that come to the same fact, one acts or passes, never both.
create function store.pass_over(_consumer text, _log text, _index bigint) returns boolean
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  moved boolean;
begin
  perform from store.head for update;
  insert into store.tracking as t (consumer, log, index) values (_consumer, _log, _index)
    on conflict (consumer) do update set index = excluded.index where t.index < excluded.index
    returning true into moved;
  return coalesce(moved, false);
end $$;
revoke execute on function store.pass_over from public;
grant execute on function store.pass_over to consortia_appender;

-- Drops every letter of a consumer: of a rebuild, which stand for nothing once it begins anew or is over.
create function store.forget_letters(_consumer text) returns void
language plpgsql security definer set search_path = store, pg_temp as $$
begin
  delete from store.parked p where p.consumer = _consumer;
  delete from store.dead_letters l where l.consumer = _consumer;
end $$;

-- The tables a rebuild has folded are live from this transaction on, and so is what it put aside. A letter whose fact
-- was taken in is retried; one that was left out as asked, released; one that failed again waits, with its new error.
create function store.swap_letters(_projection text) returns void
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  beside text := 'rebuilding ' || _projection;
begin
  delete from store.parked p where p.consumer = _projection;
  delete from store.dead_letters l using store.parked p
   where l.consumer = _projection and l.state = 'waiting' and p.consumer = beside and p.log = l.log and p.index = l.index;
  update store.dead_letters l
     set state = coalesce((select b.state from store.dead_letters b
                            where b.consumer = beside and b.log = l.log and b.index = l.index), 'retried'),
         error = coalesce((select b.error from store.dead_letters b where b.consumer = beside and b.log = l.log
                            and b.index = l.index and b.state = 'waiting'), l.error),
         tries = l.tries + 1, last_at = clock_timestamp()
   where l.consumer = _projection and l.state = 'waiting';
  update store.dead_letters l
     set asked = case when l.state = 'waiting' and l.asked = 'release' then l.asked end,
         settled_at = case when l.state <> 'waiting' then clock_timestamp() end
   where l.consumer = _projection and (l.asked is not null or (l.state <> 'waiting' and l.settled_at is null));
  insert into store.dead_letters (consumer, log, index, fact, community, stream, version, tag, error, tries, first_at)
    select _projection, b.log, b.index, b.fact, b.community, b.stream, b.version, b.tag, b.error, b.tries, b.first_at
      from store.dead_letters b where b.consumer = beside and b.state = 'waiting'
    on conflict (consumer, log, index) do update
      set state = 'waiting', error = excluded.error, settled_at = null where dead_letters.state = 'retried';
  insert into store.parked (consumer, log, index, fact, stream, tag, letter)
    select _projection, p.log, p.index, p.fact, p.stream, p.tag, l.id
      from store.parked p join store.dead_letters b on b.id = p.letter
        join store.dead_letters l on l.consumer = _projection and l.log = b.log and l.index = b.index
     where p.consumer = beside;
  perform store.forget_letters(beside);
end $$;
revoke execute on function store.forget_letters, store.swap_letters from public;
grant execute on function store.forget_letters, store.swap_letters to consortia_projector;

-- Nothing is heard between the count of what is there and the function that goes on counting.
lock table store.heard in share row exclusive mode;
insert into store.heard_tags (log, tag, facts) select h.log, h.tag, count(*) from store.heard h group by h.log, h.tag;

create or replace function store.hear(
  _log text, _indexes bigint[], _ids uuid[], _communities text[], _streams text[], _versions integer[], _tags text[],
  _events bytea[]
) returns bigint
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  before bigint;
  last bigint;
  next_one record;
begin
  perform pg_advisory_xact_lock(hashtextextended('hear ' || _log, 0));
  select coalesce(max(h.index), 0) into before from store.heard h where h.log = _log;
  last := before;
  for next_one in
    select * from unnest(_indexes, _ids, _communities, _streams, _versions, _tags, _events)
      as said(index, id, community, stream, version, tag, event) order by said.index
  loop
    continue when next_one.index <= last;
    exit when next_one.index <> last + 1;
    insert into store.heard (log, index, id, community, stream, version, tag, event)
      values (_log, next_one.index, next_one.id, next_one.community, next_one.stream, next_one.version, next_one.tag,
              next_one.event);
    last := next_one.index;
  end loop;
  insert into store.heard_tags as known (log, tag, facts)
    select _log, h.tag, count(*) from store.heard h where h.log = _log and h.index > before group by h.tag
    on conflict (log, tag) do update set facts = known.facts + excluded.facts;
  return last;
end $$;

reset role;

-- migrate:down
create or replace function store.hear(
  _log text, _indexes bigint[], _ids uuid[], _communities text[], _streams text[], _versions integer[], _tags text[],
  _events bytea[]
) returns bigint
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  last bigint;
  next_one record;
begin
  perform pg_advisory_xact_lock(hashtextextended('hear ' || _log, 0));
  select coalesce(max(h.index), 0) into last from store.heard h where h.log = _log;
  for next_one in
    select * from unnest(_indexes, _ids, _communities, _streams, _versions, _tags, _events)
      as said(index, id, community, stream, version, tag, event) order by said.index
  loop
    continue when next_one.index <= last;
    exit when next_one.index <> last + 1;
    insert into store.heard (log, index, id, community, stream, version, tag, event)
      values (_log, next_one.index, next_one.id, next_one.community, next_one.stream, next_one.version, next_one.tag,
              next_one.event);
    last := next_one.index;
  end loop;
  return last;
end $$;
drop function store.swap_letters, store.forget_letters, store.pass_over;
drop table store.heard_tags;
drop table store.parked;
drop table store.dead_letters;
