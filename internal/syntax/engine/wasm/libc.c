// The parts of the C library that would need a host: the core and the grammars
// use them for debug output, for a time limit that is not set, and for failed
// assertions. With these the module imports nothing.
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

FILE *const stderr = NULL;

int fprintf(FILE *f, const char *format, ...) { (void)f, (void)format; return 0; }
int snprintf(char *s, size_t n, const char *format, ...) {
  (void)format;
  if (n) *s = 0;
  return 0;
}
int vsnprintf(char *s, size_t n, const char *format, va_list a) {
  (void)format, (void)a;
  if (n) *s = 0;
  return 0;
}
int fputs(const char *s, FILE *f) { (void)s, (void)f; return 0; }
int fputc(int c, FILE *f) { (void)f; return c; }
size_t fwrite(const void *p, size_t size, size_t n, FILE *f) { (void)p, (void)size, (void)f; return n; }
int fclose(FILE *f) { (void)f; return 0; }
FILE *fdopen(int fd, const char *mode) { (void)fd, (void)mode; return NULL; }

int __clock_gettime(clockid_t id, struct timespec *t) {
  (void)id;
  *t = (struct timespec){0};
  return 0;
}
int clock_gettime(clockid_t id, struct timespec *t) { return __clock_gettime(id, t); }

void __assert_fail(const char *what, const char *file, int line, const char *func) {
  (void)what, (void)file, (void)line, (void)func;
  __builtin_trap();
}
