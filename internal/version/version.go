// Package version names the release. The version stands in the source because
// programs are often built from a clone without tags, where the build
// information knows none.
package version

// Version is the release that this source is, or is on the way to.
const Version = "0.1.0-dev"

// Date is the day of that release, or until then of the last change to what the
// manual page says. It stands in the page, which must not depend on when it is
// printed.
const Date = "2026-11-24"

// Name is what the program calls itself.
const Name = "unhapi"
