-- The catalog of the connected database as one JSON object, in the shape that `retort schema --format json` prints.
-- To be run with an empty search_path, so that everything that is not built in is printed qualified.
with
-- What belongs to an extension is left out.
member as (select classid, objid from pg_catalog.pg_depend where deptype = 'e' or (deptype = 'i' and classid = 'pg_catalog.pg_proc'::regclass)),
space as (
  select n.oid, n.nspname
  from pg_catalog.pg_namespace n
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and not exists (select from member m where m.classid = 'pg_catalog.pg_namespace'::regclass and m.objid = n.oid)
),
relation as (
  select c.*, s.nspname
  from pg_catalog.pg_class c
  join space s on s.oid = c.relnamespace
  where not exists (select from member m where m.classid = 'pg_catalog.pg_class'::regclass and m.objid = c.oid)
    and c.relname not in ('alembic_version', 'schema_migrations', '_sqlx_migrations', '__diesel_schema_migrations')
),
key_part as (
  select i.indexrelid, i.indrelid, k.place,
    case when i.indkey[k.place - 1] = 0 then null else a.attname end as column_name,
    case when i.indkey[k.place - 1] = 0 then pg_catalog.pg_get_indexdef(i.indexrelid, k.place, false) end as expression,
    case when i.indoption[k.place - 1] & 1 = 1 then 'desc' else 'asc' end as direction,
    case when i.indoption[k.place - 1] & 2 = 2 then 'first' else 'last' end as nulls,
    case when not oc.opcdefault then oc.opcname end as opclass,
    case when i.indcollation[k.place - 1] <> 0
          and i.indcollation[k.place - 1] is distinct from coalesce(nullif(a.attcollation, 0), 100)
         then co.collname end as collation
  from pg_catalog.pg_index i
  cross join lateral generate_series(1, i.indnkeyatts::int) as k(place)
  left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k.place - 1] and a.attnum > 0
  left join pg_catalog.pg_opclass oc on oc.oid = i.indclass[k.place - 1]
  left join pg_catalog.pg_collation co on co.oid = i.indcollation[k.place - 1]
),
index_json as (
  select i.indrelid, c.relname, json_build_object(
    'name', c.relname,
    'unique', i.indisunique,
    'method', am.amname,
    'keys', (select json_agg(json_build_object('column', k.column_name, 'expression', k.expression, 'order', k.direction,
        'nulls', k.nulls, 'opclass', k.opclass, 'collation', k.collation) order by k.place)
      from key_part k where k.indexrelid = i.indexrelid),
    'include', coalesce((select json_agg(a.attname order by g.place)
      from generate_series(i.indnkeyatts + 1, i.indnatts) as g(place)
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[g.place - 1]), '[]'),
    'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
    'nulls_not_distinct', i.indnullsnotdistinct,
    'valid', i.indisvalid,
    'options', coalesce((select json_agg(o order by o collate "C") from unnest(c.reloptions) o), '[]'),
    'comment', pg_catalog.obj_description(c.oid, 'pg_class')) as doc
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_am am on am.oid = c.relam
  where not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
),
constraint_column as (
  select k.oid, case side when 'own' then k.conrelid else k.confrelid end as relid, side,
    coalesce(json_agg(a.attname order by u.place), '[]') as columns
  from pg_catalog.pg_constraint k
  cross join (values ('own'), ('other')) as sides(side)
  cross join lateral unnest(case side when 'own' then k.conkey else k.confkey end) with ordinality as u(attnum, place)
  join pg_catalog.pg_attribute a
    on a.attrelid = case side when 'own' then k.conrelid else k.confrelid end and a.attnum = u.attnum
  group by k.oid, relid, side
),
constraint_json as (
  select k.conrelid, k.conname, k.contype,
    case k.contype
    when 'c' then json_build_object('name', k.conname, 'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid),
      'no_inherit', k.connoinherit, 'validated', k.convalidated, 'comment', pg_catalog.obj_description(k.oid, 'pg_constraint'))
    when 'f' then json_build_object('name', k.conname, 'columns', own.columns,
      'references', json_build_object('schema', rn.nspname, 'table', r.relname, 'columns', other.columns),
      'on_update', action.words[position(k.confupdtype in 'arcnd')], 'on_delete', action.words[position(k.confdeltype in 'arcnd')],
      'match', case k.confmatchtype when 'f' then 'full' else 'simple' end,
      'deferrable', k.condeferrable, 'initially_deferred', k.condeferred, 'validated', k.convalidated,
      'comment', pg_catalog.obj_description(k.oid, 'pg_constraint'))
    when 'x' then json_build_object('name', k.conname, 'method', am.amname,
      'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
      'deferrable', k.condeferrable, 'initially_deferred', k.condeferred,
      'comment', pg_catalog.obj_description(k.oid, 'pg_constraint'), 'definition', pg_catalog.pg_get_constraintdef(k.oid))
    else json_build_object('name', k.conname, 'columns', own.columns,
      'include', coalesce((select json_agg(a.attname order by g.place)
        from generate_series(i.indnkeyatts + 1, i.indnatts) as g(place)
        join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[g.place - 1]), '[]'),
      'deferrable', k.condeferrable, 'initially_deferred', k.condeferred,
      'nulls_not_distinct', i.indnullsnotdistinct, 'comment', pg_catalog.obj_description(k.oid, 'pg_constraint'))
    end as doc
  from pg_catalog.pg_constraint k
  cross join (select array['no action', 'restrict', 'cascade', 'set null', 'set default'] as words) action
  left join constraint_column own on own.oid = k.oid and own.side = 'own'
  left join constraint_column other on other.oid = k.oid and other.side = 'other'
  left join pg_catalog.pg_class r on r.oid = k.confrelid
  left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
  left join pg_catalog.pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
  left join pg_catalog.pg_class ic on ic.oid = i.indexrelid
  left join pg_catalog.pg_am am on am.oid = ic.relam
  where k.conrelid <> 0 and k.contype in ('p', 'u', 'c', 'f', 'x')
),
trigger_json as (
  select t.tgrelid, t.tgname, json_build_object(
    'name', t.tgname,
    'timing', case when t.tgtype & 64 = 64 then 'instead of' when t.tgtype & 2 = 2 then 'before' else 'after' end,
    'events', (select json_agg(e.word order by e.place) from (values (1, 4, 'insert'), (2, 8, 'delete'), (3, 16, 'update'),
        (4, 32, 'truncate')) as e(place, bit, word) where t.tgtype & e.bit = e.bit),
    'update_of', coalesce((select json_agg(a.attname order by u.place) from unnest(t.tgattr::int2[]) with ordinality as u(attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = t.tgrelid and a.attnum = u.attnum), '[]'),
    'level', case when t.tgtype & 1 = 1 then 'row' else 'statement' end,
    'function', json_build_object('schema', pn.nspname, 'name', p.proname),
    'enabled', case t.tgenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end,
    'constraint', t.tgconstraint <> 0, 'deferrable', t.tgdeferrable, 'initially_deferred', t.tginitdeferred,
    'comment', pg_catalog.obj_description(t.oid, 'pg_trigger')) as doc
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_proc p on p.oid = t.tgfoid
  join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
  where not t.tgisinternal
),
column_json as (
  select a.attrelid, a.attnum, json_build_object(
    'name', a.attname,
    'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
    'nullable', not a.attnotnull,
    'default', case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end,
    'generated', case when a.attgenerated <> '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end,
    'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
    'collation', case when a.attcollation <> t.typcollation then co.collname end,
    'comment', pg_catalog.col_description(a.attrelid, a.attnum)) as doc
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_catalog.pg_collation co on co.oid = a.attcollation
  where a.attnum > 0 and not a.attisdropped
)
select json_build_object(
  'format', 1,
  'schemas', coalesce((select json_agg(json_build_object('name', nspname, 'comment',
      -- initdb's comment on public says nothing.
      nullif(pg_catalog.obj_description(oid, 'pg_namespace'), 'standard public schema'))
      order by nspname collate "C") from space), '[]'),
  'extensions', coalesce((select json_agg(json_build_object('name', e.extname, 'schema', n.nspname) order by e.extname collate "C")
      from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql'), '[]'),
  'types', coalesce((select json_agg(doc order by nspname collate "C", typname collate "C") from (
      select s.nspname, t.typname, case t.typtype
        when 'e' then json_build_object('schema', s.nspname, 'name', t.typname, 'kind', 'enum',
          'labels', coalesce((select json_agg(enumlabel order by enumsortorder) from pg_catalog.pg_enum where enumtypid = t.oid), '[]'),
          'comment', pg_catalog.obj_description(t.oid, 'pg_type'))
        when 'd' then json_build_object('schema', s.nspname, 'name', t.typname, 'kind', 'domain',
          'base_type', pg_catalog.format_type(t.typbasetype, t.typtypmod), 'nullable', not t.typnotnull, 'default', t.typdefault,
          'checks', coalesce((select json_agg(json_build_object('name', k.conname, 'expression', pg_catalog.pg_get_expr(k.conbin, 0),
            'validated', k.convalidated) order by k.conname collate "C") from pg_catalog.pg_constraint k
            where k.contypid = t.oid and k.contype = 'c'), '[]'),
          'comment', pg_catalog.obj_description(t.oid, 'pg_type'))
        when 'r' then json_build_object('schema', s.nspname, 'name', t.typname, 'kind', 'range',
          'subtype', (select pg_catalog.format_type(rngsubtype, null) from pg_catalog.pg_range where rngtypid = t.oid),
          'comment', pg_catalog.obj_description(t.oid, 'pg_type'))
        else json_build_object('schema', s.nspname, 'name', t.typname, 'kind', 'composite',
          'attributes', (select json_agg(json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod))
            order by a.attnum) from pg_catalog.pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped),
          'comment', pg_catalog.obj_description(t.oid, 'pg_type'))
        end as doc
      from pg_catalog.pg_type t join space s on s.oid = t.typnamespace
      left join pg_catalog.pg_class c on c.oid = t.typrelid
      where (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
        and not exists (select from member m where m.classid = 'pg_catalog.pg_type'::regclass and m.objid = t.oid)) types), '[]'),
  'sequences', coalesce((select json_agg(json_build_object('schema', c.nspname, 'name', c.relname,
      'type', pg_catalog.format_type(q.seqtypid, null), 'start', q.seqstart, 'increment', q.seqincrement, 'min', q.seqmin,
      'max', q.seqmax, 'cache', q.seqcache, 'cycle', q.seqcycle,
      'owned_by', (select json_build_object('schema', tn.nspname, 'table', tc.relname, 'column', a.attname)
        from pg_catalog.pg_depend d join pg_catalog.pg_class tc on tc.oid = d.refobjid
        join pg_catalog.pg_namespace tn on tn.oid = tc.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = tc.oid and a.attnum = d.refobjsubid
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'a' and d.refobjsubid > 0),
      'comment', pg_catalog.obj_description(c.oid, 'pg_class')) order by c.nspname collate "C", c.relname collate "C")
    from relation c join pg_catalog.pg_sequence q on q.seqrelid = c.oid
    where not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
      and d.deptype = 'i')), '[]'),
  'tables', coalesce((select json_agg(json_build_object('schema', c.nspname, 'name', c.relname,
      'kind', case c.relkind when 'p' then 'partitioned table' when 'f' then 'foreign table' else 'table' end,
      'persistence', case c.relpersistence when 'u' then 'unlogged' when 't' then 'temporary' else 'permanent' end,
      'columns', coalesce((select json_agg(x.doc order by x.attnum) from column_json x where x.attrelid = c.oid), '[]'),
      'primary_key', (select (x.doc::jsonb - 'nulls_not_distinct')::json from constraint_json x where x.conrelid = c.oid and x.contype = 'p'),
      'unique_constraints', coalesce((select json_agg(x.doc order by x.conname collate "C") from constraint_json x
        where x.conrelid = c.oid and x.contype = 'u'), '[]'),
      'check_constraints', coalesce((select json_agg(x.doc order by x.conname collate "C") from constraint_json x
        where x.conrelid = c.oid and x.contype = 'c'), '[]'),
      'foreign_keys', coalesce((select json_agg(x.doc order by x.conname collate "C") from constraint_json x
        where x.conrelid = c.oid and x.contype = 'f'), '[]'),
      'exclusion_constraints', coalesce((select json_agg(x.doc order by x.conname collate "C") from constraint_json x
        where x.conrelid = c.oid and x.contype = 'x'), '[]'),
      'indexes', coalesce((select json_agg(x.doc order by x.relname collate "C") from index_json x where x.indrelid = c.oid), '[]'),
      'triggers', coalesce((select json_agg(x.doc order by x.tgname collate "C") from trigger_json x where x.tgrelid = c.oid), '[]'),
      'row_security', json_build_object('enabled', c.relrowsecurity, 'forced', c.relforcerowsecurity),
      'policies', coalesce((select json_agg(json_build_object('name', p.polname,
          'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
          'permissive', p.polpermissive,
          'roles', (select json_agg(case when r = 0 then 'public' else pg_catalog.pg_get_userbyid(r) end) from unnest(p.polroles) as r),
          'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'with_check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
          order by p.polname collate "C") from pg_catalog.pg_policy p where p.polrelid = c.oid), '[]'),
      'statistics', coalesce((select json_agg(json_build_object('schema', sn.nspname, 'name', s.stxname,
          'definition', pg_catalog.pg_get_statisticsobjdef(s.oid)) order by s.stxname collate "C")
          from pg_catalog.pg_statistic_ext s join pg_catalog.pg_namespace sn on sn.oid = s.stxnamespace where s.stxrelid = c.oid), '[]'),
      'partition_by', case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end,
      'partition_of', (select json_build_object('schema', pn.nspname, 'table', pc.relname,
          'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid)) from pg_catalog.pg_inherits h
          join pg_catalog.pg_class pc on pc.oid = h.inhparent join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
          where h.inhrelid = c.oid and c.relispartition),
      'inherits', coalesce((select json_agg(json_build_object('schema', pn.nspname, 'table', pc.relname) order by h.inhseqno)
          from pg_catalog.pg_inherits h join pg_catalog.pg_class pc on pc.oid = h.inhparent
          join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace where h.inhrelid = c.oid and not c.relispartition), '[]'),
      'options', coalesce((select json_agg(o order by o collate "C") from unnest(c.reloptions) o), '[]'),
      'comment', pg_catalog.obj_description(c.oid, 'pg_class')) order by c.nspname collate "C", c.relname collate "C")
    from relation c where c.relkind in ('r', 'p', 'f')), '[]'),
  'views', coalesce((select json_agg(json_build_object('schema', c.nspname, 'name', c.relname,
      'kind', case c.relkind when 'm' then 'materialized view' else 'view' end,
      'columns', (select json_agg(json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
          'comment', pg_catalog.col_description(a.attrelid, a.attnum)) order by a.attnum)
          from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      'indexes', coalesce((select json_agg(x.doc order by x.relname collate "C") from index_json x where x.indrelid = c.oid), '[]'),
      'triggers', coalesce((select json_agg(x.doc order by x.tgname collate "C") from trigger_json x where x.tgrelid = c.oid), '[]'),
      'options', coalesce((select json_agg(o order by o collate "C") from unnest(c.reloptions) o), '[]'),
      'comment', pg_catalog.obj_description(c.oid, 'pg_class')) order by c.nspname collate "C", c.relname collate "C")
    from relation c where c.relkind in ('v', 'm')), '[]'),
  'functions', coalesce((select json_agg(json_build_object('schema', s.nspname, 'name', p.proname,
      'arguments', pg_catalog.pg_get_function_identity_arguments(p.oid),
      'kind', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window' else 'function' end,
      'returns', pg_catalog.pg_get_function_result(p.oid), 'language', l.lanname,
      'volatility', case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
      'strict', p.proisstrict, 'security_definer', p.prosecdef, 'source', p.prosrc,
      'comment', pg_catalog.obj_description(p.oid, 'pg_proc'))
      order by s.nspname collate "C", p.proname collate "C", pg_catalog.pg_get_function_identity_arguments(p.oid) collate "C")
    from pg_catalog.pg_proc p join space s on s.oid = p.pronamespace join pg_catalog.pg_language l on l.oid = p.prolang
    where not exists (select from member m where m.classid = 'pg_catalog.pg_proc'::regclass and m.objid = p.oid)), '[]')
)::text
