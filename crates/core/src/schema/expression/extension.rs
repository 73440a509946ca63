//! What the usual extensions bring: types, functions, operators, operator classes.

use super::catalog::{Candidate, CandidateKind};
use super::data_type::{Context, DataType, Path};
use crate::operation::QualifiedName;
use crate::schema::{ObjectName, Schema};

/// One extension.
struct Contents {
    name: &'static str,
    types: &'static [&'static str],
    /// `name(arguments)>result`; `@` stands for the extension's schema.
    functions: &'static [&'static str],
    /// `name left,right>result`.
    operators: &'static [&'static str],
    /// Operator classes that are not a default.
    classes: &'static [&'static str],
    /// Operator classes that are the default of their type.
    default_classes: &'static [&'static str],
    /// A schema of its own, whatever the search path.
    schema: Option<&'static str>,
    /// What `CASCADE` installs too.
    requires: &'static [&'static str],
}

const NOTHING: Contents = Contents {
    name: "",
    types: &[],
    functions: &[],
    operators: &[],
    classes: &[],
    default_classes: &[],
    schema: None,
    requires: &[],
};

const KNOWN: &[Contents] = &[
    Contents {
        name: "btree_gin",
        ..NOTHING
    },
    Contents {
        name: "btree_gist",
        types: &[
            "gbtreekey4",
            "gbtreekey8",
            "gbtreekey16",
            "gbtreekey32",
            "gbtreekey_var",
        ],
        ..NOTHING
    },
    Contents {
        name: "citext",
        types: &["citext"],
        functions: &[
            "regexp_match(@citext,@citext)>text[]",
            "regexp_replace(@citext,@citext,text)>text",
            "replace(@citext,@citext,@citext)>text",
            "split_part(@citext,@citext,integer)>text",
            "strpos(@citext,@citext)>integer",
            "max(@citext)>@citext/a",
            "min(@citext)>@citext/a",
        ],
        operators: &[
            "= @citext,@citext>boolean",
            "<> @citext,@citext>boolean",
            "< @citext,@citext>boolean",
            "<= @citext,@citext>boolean",
            "> @citext,@citext>boolean",
            ">= @citext,@citext>boolean",
            "~ @citext,@citext>boolean",
            "~ @citext,text>boolean",
            "~* @citext,@citext>boolean",
            "~* @citext,text>boolean",
            "!~ @citext,@citext>boolean",
            "!~ @citext,text>boolean",
            "!~* @citext,@citext>boolean",
            "!~* @citext,text>boolean",
            "~~ @citext,@citext>boolean",
            "~~ @citext,text>boolean",
            "!~~ @citext,@citext>boolean",
            "!~~ @citext,text>boolean",
            "~~* @citext,@citext>boolean",
            "~~* @citext,text>boolean",
            "!~~* @citext,@citext>boolean",
            "!~~* @citext,text>boolean",
        ],
        classes: &["citext_pattern_ops"],
        default_classes: &["citext_ops"],
        ..NOTHING
    },
    Contents {
        name: "cube",
        types: &["cube"],
        ..NOTHING
    },
    Contents {
        name: "dblink",
        ..NOTHING
    },
    Contents {
        name: "earthdistance",
        types: &["earth"],
        requires: &["cube"],
        ..NOTHING
    },
    Contents {
        name: "fuzzystrmatch",
        functions: &[
            "levenshtein(text,text)>integer",
            "soundex(text)>text",
            "metaphone(text,integer)>text",
            "dmetaphone(text)>text",
        ],
        ..NOTHING
    },
    Contents {
        name: "hstore",
        types: &["hstore", "ghstore"],
        functions: &[
            "hstore(text,text)>@hstore",
            "akeys(@hstore)>text[]",
            "avals(@hstore)>text[]",
            "hstore_to_json(@hstore)>json",
            "hstore_to_jsonb(@hstore)>jsonb",
        ],
        operators: &[
            "-> @hstore,text>text",
            "? @hstore,text>boolean",
            "@> @hstore,@hstore>boolean",
            "|| @hstore,@hstore>@hstore",
        ],
        default_classes: &[
            "gin_hstore_ops",
            "gist_hstore_ops",
            "btree_hstore_ops",
            "hash_hstore_ops",
        ],
        ..NOTHING
    },
    Contents {
        name: "intarray",
        types: &["query_int", "intbig_gkey"],
        classes: &["gin__int_ops", "gist__intbig_ops"],
        default_classes: &["gist__int_ops"],
        ..NOTHING
    },
    Contents {
        name: "isn",
        types: &[
            "ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc",
        ],
        ..NOTHING
    },
    Contents {
        name: "ltree",
        types: &["ltree", "lquery", "ltxtquery", "ltree_gist"],
        functions: &[
            "nlevel(@ltree)>integer",
            "subpath(@ltree,integer)>@ltree",
            "subpath(@ltree,integer,integer)>@ltree",
            "ltree2text(@ltree)>text",
            "text2ltree(text)>@ltree",
        ],
        operators: &[
            "= @ltree,@ltree>boolean",
            "<> @ltree,@ltree>boolean",
            "@> @ltree,@ltree>boolean",
            "<@ @ltree,@ltree>boolean",
            "~ @ltree,@lquery>boolean",
            "|| @ltree,@ltree>@ltree",
        ],
        default_classes: &["gist_ltree_ops", "ltree_ops", "gist__ltree_ops"],
        ..NOTHING
    },
    Contents {
        name: "moddatetime",
        functions: &["moddatetime()>trigger"],
        ..NOTHING
    },
    Contents {
        name: "pg_cron",
        schema: Some("pg_catalog"),
        ..NOTHING
    },
    Contents {
        name: "pg_stat_statements",
        ..NOTHING
    },
    Contents {
        name: "pg_trgm",
        types: &["gtrgm"],
        functions: &[
            "similarity(text,text)>real",
            "word_similarity(text,text)>real",
            "strict_word_similarity(text,text)>real",
            "show_trgm(text)>text[]",
        ],
        operators: &[
            "% text,text>boolean",
            "<% text,text>boolean",
            "%> text,text>boolean",
            "<-> text,text>real",
        ],
        classes: &["gin_trgm_ops", "gist_trgm_ops"],
        ..NOTHING
    },
    Contents {
        name: "pgcrypto",
        functions: &[
            "gen_random_bytes(integer)>bytea",
            "digest(text,text)>bytea",
            "digest(bytea,text)>bytea",
            "hmac(text,text,text)>bytea",
            "hmac(bytea,bytea,text)>bytea",
            "crypt(text,text)>text",
            "gen_salt(text)>text",
            "gen_salt(text,integer)>text",
            "pgp_sym_encrypt(text,text)>bytea",
            "pgp_sym_decrypt(bytea,text)>text",
            "armor(bytea)>text",
        ],
        ..NOTHING
    },
    Contents {
        name: "plpgsql",
        ..NOTHING
    },
    Contents {
        name: "postgis",
        types: &[
            "geometry",
            "geography",
            "box2d",
            "box3d",
            "box2df",
            "gidx",
            "spheroid",
            "geometry_dump",
            "valid_detail",
        ],
        default_classes: &[
            "gist_geometry_ops_2d",
            "gist_geography_ops",
            "btree_geometry_ops",
            "btree_geography_ops",
        ],
        ..NOTHING
    },
    Contents {
        name: "postgres_fdw",
        ..NOTHING
    },
    Contents {
        name: "tablefunc",
        ..NOTHING
    },
    Contents {
        name: "unaccent",
        functions: &["unaccent(text)>text", "unaccent(regdictionary,text)>text"],
        ..NOTHING
    },
    Contents {
        name: "uuid-ossp",
        functions: &[
            "uuid_generate_v1()>uuid",
            "uuid_generate_v1mc()>uuid",
            "uuid_generate_v3(uuid,text)>uuid",
            "uuid_generate_v4()>uuid",
            "uuid_generate_v5(uuid,text)>uuid",
            "uuid_nil()>uuid",
            "uuid_ns_dns()>uuid",
            "uuid_ns_url()>uuid",
            "uuid_ns_oid()>uuid",
            "uuid_ns_x500()>uuid",
        ],
        ..NOTHING
    },
    Contents {
        name: "vector",
        types: &["vector", "halfvec", "sparsevec"],
        functions: &[
            "vector_dims(@vector)>integer",
            "l2_distance(@vector,@vector)>double precision",
            "cosine_distance(@vector,@vector)>double precision",
            "inner_product(@vector,@vector)>double precision",
        ],
        operators: &[
            "<-> @vector,@vector>double precision",
            "<=> @vector,@vector>double precision",
            "<#> @vector,@vector>double precision",
        ],
        classes: &[
            "vector_cosine_ops",
            "vector_ip_ops",
            "vector_l1_ops",
            "halfvec_l2_ops",
            "halfvec_cosine_ops",
            "halfvec_ip_ops",
            "bit_hamming_ops",
        ],
        default_classes: &["vector_ops"],
        ..NOTHING
    },
];

fn contents(extension: &str) -> Option<&'static Contents> {
    KNOWN.iter().find(|known| known.name == extension)
}

/// The types an extension brings; none for one we do not know.
pub(in crate::schema) fn extension_types(extension: &str) -> Option<&'static [&'static str]> {
    contents(extension).map(|known| known.types)
}

/// The known extension that brings a type or a function of this name.
pub(crate) fn extension_of(name: &str) -> Option<&'static str> {
    let brings = |known: &&Contents| {
        known.types.contains(&name) || extension_brings_function(known.name, name)
    };
    KNOWN.iter().find(brings).map(|known| known.name)
}

/// Whether a type is one that a known extension brings.
pub(super) fn is_known_type(name: &str) -> bool {
    KNOWN.iter().any(|known| known.types.contains(&name))
}

/// Whether an extension brings a function of this name.
pub(in crate::schema) fn extension_brings_function(extension: &str, name: &str) -> bool {
    let Some(known) = contents(extension) else {
        return false;
    };
    known.functions.iter().any(|text| {
        let own = text.split_once('(').map(|(own, _)| own);
        own == Some(name)
    })
}

/// Whether a text calls a function that an extension brings.
pub(in crate::schema) fn calls_extension(text: &str, extension: &str, home: &str) -> bool {
    let Some(known) = contents(extension) else {
        return false;
    };
    let mut names = known
        .functions
        .iter()
        .filter_map(|text| text.split_once('('));
    names.any(|(name, _)| super::calls_function(text, &ObjectName::new(home, name)))
}

/// The schema an extension insists on.
pub(in crate::schema) fn extension_schema(extension: &str) -> Option<&'static str> {
    contents(extension).and_then(|known| known.schema)
}

/// What `CREATE EXTENSION … CASCADE` installs too.
pub(in crate::schema) fn extension_requires(extension: &str) -> &'static [&'static str] {
    contents(extension).map_or(&[], |known| known.requires)
}

/// The extension that brings an operator class.
pub(in crate::schema) fn operator_class_extension(class: &str) -> Option<&'static str> {
    let brings = |known: &&Contents| {
        known.classes.contains(&class) || known.default_classes.contains(&class)
    };
    KNOWN.iter().find(brings).map(|known| known.name)
}

/// Whether a built-in type has no default operator class for a built-in access method (`pg_opclass`, PostgreSQL 15 to 18).
pub(in crate::schema) fn lacks_default_class(method: &str, data_type: &str) -> bool {
    match method {
        "btree" | "hash" => matches!(
            data_type,
            "json" | "xml" | "point" | "box" | "line" | "lseg" | "path" | "polygon" | "circle"
        ),
        "gin" | "gist" => matches!(
            data_type,
            "smallint"
                | "integer"
                | "bigint"
                | "numeric"
                | "real"
                | "double precision"
                | "boolean"
                | "text"
                | "character varying"
                | "character"
                | "uuid"
                | "date"
                | "json"
                | "timestamp without time zone"
                | "timestamp with time zone"
        ),
        _ => false,
    }
}

/// Whether an operator class is the default of its type, so that it is not shown.
pub(in crate::schema) fn is_default_operator_class(method: &str, class: &str) -> bool {
    let brought = KNOWN
        .iter()
        .any(|known| known.default_classes.contains(&class));
    // pgvector: vector_l2_ops is the default for ivfflat, and there is none for hnsw.
    let ivfflat = method == "ivfflat" && class == "vector_l2_ops";
    brought || ivfflat || (is_built_in_operator_class(class) && !is_special(method, class))
}

/// PostgreSQL 15: `SELECT opcname FROM pg_opclass WHERE NOT opcdefault`, without those of BRIN.
fn is_special(method: &str, class: &str) -> bool {
    match method {
        "brin" => class.ends_with("_bloom_ops") || class.ends_with("_minmax_multi_ops"),
        "gist" => class == "inet_ops",
        "spgist" => matches!(class, "kd_point_ops"),
        "gin" => class == "jsonb_path_ops",
        _ => matches!(
            class,
            "bpchar_pattern_ops"
                | "cidr_ops"
                | "text_pattern_ops"
                | "varchar_ops"
                | "varchar_pattern_ops"
        ),
    }
}

/// Whether PostgreSQL itself brings an operator class.
pub(in crate::schema) fn is_built_in_operator_class(class: &str) -> bool {
    const TYPES: &[&str] = &[
        "array",
        "bit",
        "bool",
        "box",
        "bpchar",
        "bytea",
        "char",
        "cidr",
        "circle",
        "date",
        "enum",
        "float4",
        "float8",
        "inet",
        "int2",
        "int4",
        "int8",
        "interval",
        "jsonb",
        "jsonb_path",
        "macaddr",
        "macaddr8",
        "money",
        "multirange",
        "name",
        "network",
        "numeric",
        "oid",
        "oidvector",
        "pg_lsn",
        "point",
        "poly",
        "quad_point",
        "kd_point",
        "range",
        "range_inclusion",
        "record",
        "record_image",
        "text",
        "text_pattern",
        "tid",
        "time",
        "timestamp",
        "timestamptz",
        "timetz",
        "tsquery",
        "tsvector",
        "uuid",
        "varbit",
        "varchar",
        "varchar_pattern",
        "bpchar_pattern",
        "xid",
        "xid8",
        "inet_inclusion",
        "box_inclusion",
        "bpchar_bloom",
    ];
    let Some(stem) = class.strip_suffix("_ops") else {
        return false;
    };
    let stem = stem
        .trim_end_matches("_minmax_multi")
        .trim_end_matches("_minmax")
        .trim_end_matches("_bloom");
    TYPES.contains(&stem)
}

/// Extensions of the state that we know, with where they live.
fn installed(schema: &Schema) -> impl Iterator<Item = (&'static Contents, &str)> {
    let all = schema.extensions.values();
    all.filter_map(|extension| Some((contents(&extension.name)?, extension.schema.as_str())))
}

/// Operators of a name that installed extensions bring.
pub(super) fn operators(schema: &Schema, name: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (known, home) in installed(schema) {
        for text in known.operators {
            if let Some((own, signature)) = text.split_once(' ')
                && own == name
            {
                found.extend(candidate(home, own, signature));
            }
        }
    }
    found
}

/// Functions of a name that installed extensions bring.
pub(super) fn functions(schema: &Schema, name: &QualifiedName) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (known, home) in installed(schema) {
        if name.schema.as_ref().is_some_and(|wanted| wanted != home) {
            continue;
        }
        for text in known.functions {
            if let Some((own, rest)) = text.split_once('(')
                && own == name.name
            {
                let signature = rest.replacen(')', "", 1);
                found.extend(candidate(home, own, &signature));
            }
        }
    }
    found
}

fn candidate(home: &str, name: &str, signature: &str) -> Option<Candidate> {
    let (arguments, result) = signature.split_once('>')?;
    let (result, aggregate) = match result.strip_suffix("/a") {
        Some(result) => (result, true),
        None => (result, false),
    };
    let place = |text: &str| match text.strip_prefix('@') {
        Some(own) => DataType::read(&crate::schema::type_text::qualified(&ObjectName::new(
            home, own,
        ))),
        None => DataType::read(text),
    };
    let arguments = arguments.split(',').filter(|argument| !argument.is_empty());
    Some(Candidate {
        home: Some(ObjectName::new(home, name)),
        arguments: arguments.map(place).collect(),
        variadic: false,
        defaults: 0,
        result: place(result),
        kind: if aggregate {
            CandidateKind::Aggregate
        } else {
            CandidateKind::Plain
        },
    })
}

/// Casts that extensions bring.
pub(super) fn cast(source: &str, target: &str) -> Option<(Context, Path)> {
    let last = |name: &'_ str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let (source_name, target_name) = (last(source), last(target));
    let own = |name: &str, text: &str| name.contains('.') && text == "citext";
    if own(source, &source_name) {
        return match target_name.as_str() {
            "text" | "character varying" => Some((Context::Implicit, Path::Relabel)),
            "character" => Some((Context::Assignment, Path::Function)),
            _ => None,
        };
    }
    if own(target, &target_name) {
        return match source_name.as_str() {
            "text" | "character varying" => Some((Context::Assignment, Path::Relabel)),
            "character" | "boolean" | "inet" => Some((Context::Assignment, Path::Function)),
            _ => None,
        };
    }
    None
}
