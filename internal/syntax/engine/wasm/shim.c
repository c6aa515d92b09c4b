// One tree-sitter language as a WebAssembly module that imports nothing: it can
// compute, and it can do nothing else. The host writes the source into memory,
// calls parse, and reads back a flat array of nodes in pre-order.
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

extern const TSLanguage *LANGUAGE(void);

#define EXPORT(name) __attribute__((export_name(#name)))

// Node is 20 bytes, little endian, as engine.go reads it.
typedef struct {
  uint32_t start, end;
  uint16_t symbol, field;
  uint32_t parent; // index, 0xffffffff for the root
  uint32_t flags;  // 1 named, 2 missing, 4 error, 8 extra, 16 has an error inside
} Node;

// What the host reads after parse, also after a trap.
static struct {
  Node *nodes;
  uint32_t count;
  uint32_t stopped; // 1: a limit was reached
  uint32_t steps, work; // what the limits are about
} state;

static uint32_t step_limit, work_limit = UINT32_MAX;

EXPORT(state) void *x_state(void) { return &state; }
EXPORT(alloc) void *x_alloc(uint32_t n) { return malloc(n); }

// Called by the compiler's instrumentation at every basic block of the core and
// of a grammar's own scanner. The limit on parse operations alone would not do:
// one of them can read the rest of a long line, or walk all of a deep stack.
void __sanitizer_cov_trace_pc(void) {
  if (++state.work > work_limit) {
    state.stopped = 1;
    __builtin_trap();
  }
}

static bool progress(TSParseState *s) {
  (void)s;
  if (++state.steps <= step_limit) return false;
  state.stopped = 1;
  return true;
}

typedef struct {
  const char *text;
  uint32_t len;
} Source;

static const char *read(void *payload, uint32_t offset, TSPoint point, uint32_t *n) {
  Source *s = payload;
  (void)point;
  if (offset >= s->len) {
    *n = 0;
    return "";
  }
  *n = s->len - offset;
  return s->text + offset;
}

// grow doubles an array that is full. Memory at its limit is a limit, not a fault.
static void *grow(void *p, uint32_t *cap, uint32_t size) {
  *cap = *cap ? *cap * 2 : 4096;
  p = realloc(p, (size_t)*cap * size);
  if (!p) {
    state.stopped = 1;
    __builtin_trap();
  }
  return p;
}

static void flatten(TSTree *tree) {
  uint32_t cap = 0, depth = 0, deep = 0;
  uint32_t *up = grow(NULL, &deep, sizeof *up);
  up[0] = UINT32_MAX;
  TSTreeCursor c = ts_tree_cursor_new(ts_tree_root_node(tree));
  for (;;) {
    TSNode n = ts_tree_cursor_current_node(&c);
    if (state.count == cap) state.nodes = grow(state.nodes, &cap, sizeof(Node));
    uint32_t id = state.count++;
    state.nodes[id] = (Node){
      .start = ts_node_start_byte(n),
      .end = ts_node_end_byte(n),
      .symbol = ts_node_symbol(n),
      .field = ts_tree_cursor_current_field_id(&c),
      .parent = up[depth],
      .flags = (ts_node_is_named(n) ? 1 : 0) | (ts_node_is_missing(n) ? 2 : 0) |
        (ts_node_is_error(n) ? 4 : 0) | (ts_node_is_extra(n) ? 8 : 0) |
        (ts_node_has_error(n) ? 16 : 0),
    };
    if (ts_tree_cursor_goto_first_child(&c)) {
      if (++depth == deep) up = grow(up, &deep, sizeof *up);
      up[depth] = id;
      continue;
    }
    while (!ts_tree_cursor_goto_next_sibling(&c)) {
      if (!ts_tree_cursor_goto_parent(&c)) return;
      depth--;
    }
  }
}

// parse returns 1, or 0 where a limit stopped it. Nothing is freed: an instance
// parses one file.
EXPORT(parse) uint32_t x_parse(const char *text, uint32_t len, uint32_t steps, uint32_t work) {
  Source source = {text, len};
  step_limit = steps;
  work_limit = work;
  TSParser *p = ts_parser_new();
  if (!ts_parser_set_language(p, LANGUAGE())) __builtin_trap();
  TSInput in = {.payload = &source, .read = read, .encoding = TSInputEncodingUTF8};
  TSParseOptions options = {.progress_callback = progress};
  TSTree *tree = ts_parser_parse_with_options(p, NULL, in, options);
  if (!tree) return 0;
  flatten(tree);
  return 1;
}

EXPORT(symbols) uint32_t x_symbols(void) { return ts_language_symbol_count(LANGUAGE()); }
EXPORT(symbol) const char *x_symbol(uint32_t i) { return ts_language_symbol_name(LANGUAGE(), i); }
EXPORT(fields) uint32_t x_fields(void) { return ts_language_field_count(LANGUAGE()); }
EXPORT(field) const char *x_field(uint32_t i) { return ts_language_field_name_for_id(LANGUAGE(), i); }
