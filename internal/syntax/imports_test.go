package syntax

import "testing"

func TestImport(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a.py", "import requests\nx = 1\n", "import requests\nimport os\nx = 1\n"},
		{"a.py", "import os, re\nx = 1\n", "import os, re\nx = 1\n"},
		{"a.py", "#!/usr/bin/python\n\"\"\"doc\"\"\"\nx = 1\n", "#!/usr/bin/python\n\"\"\"doc\"\"\"\nimport os\nx = 1\n"},
		{"a.py", "# c\nx = 1\n", "# c\nimport os\nx = 1\n"},
		{"a.py", "from os import getenv\r\nx = 1\r\n", "from os import getenv\r\nimport os\r\nx = 1\r\n"},
		{"a.go", "package a\n\nimport (\n\t\"fmt\"\n\t\"path\"\n\n\t\"x.org/y\"\n)\n", "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"path\"\n\n\t\"x.org/y\"\n)\n"},
		{"a.go", "package a\n\nimport \"fmt\"\n", "package a\n\nimport \"fmt\"\nimport \"os\"\n"},
		{"a.go", "package a\n", "package a\n\nimport \"os\"\n"},
		{"a.js", "x()\n", "x()\n"},
	} {
		f := read(t, c.name, []byte(c.src))
		_, module := f.ReadEnv("X")
		e, ok := f.Import(module)
		if got := c.src[:e.Span.Start] + e.New + c.src[e.Span.End:]; got != c.want || !ok {
			t.Errorf("%q: got %q", c.src, got)
		}
	}
}

func TestWriting(t *testing.T) {
	for name, want := range map[string]string{
		"a.js": "process.env.X_Y|`Bearer ${a + b}`|'it\\'s'", "a.py": `os.environ["X_Y"]|f"Bearer {a + b}"|"it's"`,
		"a.php": `getenv('X_Y')|'Bearer ' . (a + b)|'it\'s'`, "a.rb": `ENV.fetch('X_Y')|"Bearer #{a + b}"|'it\'s'`,
		"a.go": `os.Getenv("X_Y")|"Bearer "+a + b|"it's"`, "a.sh": `${X_Y}|"Bearer a + b"|'it'\''s'`,
		"A.java": `System.getenv("X_Y")|"Bearer " + a + b|"it's"`, "A.cs": `System.Environment.GetEnvironmentVariable("X_Y")|$"Bearer {a + b}"|"it's"`,
		"a.kt": `System.getenv("X_Y")|"Bearer ${a + b}"|"it's"`,
	} {
		f := read(t, name, []byte("\n"))
		env, _ := f.ReadEnv("X_Y")
		if got := env + "|" + f.Join("Bearer ", "a + b") + "|" + f.Quote("it's"); got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if got := read(t, "a.py", []byte("\n")).Join("Bearer ", `d["k"]`); got != `"Bearer " + d["k"]` {
		t.Errorf("python: %s", got)
	}
}
