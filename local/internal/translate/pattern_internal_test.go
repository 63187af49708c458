package translate

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestTimePatternRoundTrip: what a complete pattern has written it reads again, to the nanosecond.
func TestTimePatternRoundTrip(t *testing.T) {
	mysql, err := compileMySQL("%Y-%m-%d %T")
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]timePattern{"mysql": mysql}
	for _, text := range []string{
		"yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "yyyyMMddHHmmssSSSSSSSSS", "xxxx-'W'ww-e HH:mm:ss.SSSSSSSSS", "yyyy-DDD kk:mm:ss.SSSSSSSSS Z",
		"EEEE, d MMMM yyyy K:m:s.SSSSSSSSS a zzz", "MMM d, uuuu h:mm:ss a.SSSSSSSSS ZZ", "E dd LL CC yyyy HH''mm ss SSSSSSSSS",
	} {
		p, err := compileJoda(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		patterns[text] = p
	}
	rapid.Check(t, func(t *rapid.T) {
		ns := rapid.Int64Range(-9e18, 9e18).Draw(t, "ns")
		for name, p := range patterns {
			want := ns
			if name == "mysql" {
				want -= ((ns % 1e9) + 1e9) % 1e9
			}
			text := p.format(time.Unix(0, ns).UTC())
			if got, err := p.parse(text); err != nil || got != want {
				t.Fatalf("%s: %q: got %d, %v, want %d", name, text, got, err, want)
			}
		}
	})
}

// FuzzTimePattern: any pattern formats any time, and reads any text or refuses it.
func FuzzTimePattern(f *testing.F) {
	f.Add("%Y-%m-%d %H:%i:%s.%f %p %x %v %%", "2022-06-17 10:15:20.5 PM", int64(0))
	f.Add("GG C yyyy MMM EEE a z ZZZ 'it''s'", "AD 20 2022 Jun Fri PM Europe/Vienna UTC it's", int64(-1))
	f.Fuzz(func(t *testing.T, pattern, text string, ns int64) {
		for _, compile := range []func(string) (timePattern, error){compileMySQL, compileJoda} {
			p, err := compile(pattern)
			if err != nil {
				continue
			}
			if strings.Count(pattern, "") < 1000 {
				_ = p.format(time.Unix(0, ns).UTC())
			}
			_, _ = p.parse(text)
		}
	})
}

func TestJavaPattern(t *testing.T) {
	for pattern, want := range map[string]struct {
		groups int
		text   string
	}{
		`(a)(?<x>b)(?:c)(?=d)(?<!e)(\()[(]\(`: {3, `(a)(b)(?:c)(?=d)(?<!e)(\()[(]\(`},
		`(?<x>a)\k<x>`:                        {1, `(a)(?:\1)`},
		`\Qa.b\E+`:                            {0, `a\.b+`},
		`[\]&]`:                               {0, `[\]&]`},
	} {
		p, err := compileJava(pattern)
		if err != nil || p.groups != want.groups || p.re.String() != want.text {
			t.Errorf("%s: got %+v, %v", pattern, p, err)
		}
	}
	for pattern, want := range map[string]string{
		`a++`: "possessive", `[a&&b]`: "inside of classes", `[a[b]]`: "inside of classes", `\k<x>`: "does not exist", `(`: "Invalid regular expression",
		strings.Repeat("(", 300): "too deep", `\p{Nonsense}`: "Invalid regular expression",
	} {
		if _, err := compileJava(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", pattern, err, want)
		}
	}
}

// FuzzJavaPattern: any pattern matches, splits and replaces any text, or is refused.
func FuzzJavaPattern(f *testing.F) {
	f.Add(`(?<y>\d+)-(\w)*`, "2022-06", "$2${y}\\$")
	f.Add(`(?<=a)b|[^\]c]+?\1`, "abc", "")
	f.Fuzz(func(t *testing.T, pattern, text, replacement string) {
		if len(text) > 100 || len(pattern) > 100 {
			return
		}
		p, err := compileJava(pattern)
		if err != nil {
			return
		}
		p.re.MatchTimeout = 50 * time.Millisecond
		args := []any{text, pattern, replacement}
		_, _ = regexpLike([]rune(text), p, args)
		_, _ = regexpReplace([]rune(text), p, args)
		pieces, err1 := regexpSplit([]rune(text), p, args)
		groups, err2 := regexpGroups([]rune(text), p, args)
		if err1 == nil && err2 == nil && len(pieces.([]any)) != len(groups.([]any))+1 {
			t.Fatalf("%d pieces around %d matches", len(pieces.([]any)), len(groups.([]any)))
		}
	})
}
