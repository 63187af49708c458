package translate

import (
	"strings"

	"github.com/dlclark/regexp2"
)

// regexpNatives run the regular expressions that RE2 cannot, and the functions that need the groups of each match.
func regexpNatives() []Native {
	patterns := newMemo(compileJava)
	// over makes a Call of a function of a text and a pattern.
	over := func(f func(s []rune, p *javaPattern, args []any) (any, error)) func([]any) (any, error) {
		return func(args []any) (any, error) {
			p, err := patterns.get(args[1].(string))
			if err != nil {
				return nil, refuse("%v", err)
			}
			return f([]rune(args[0].(string)), p, args)
		}
	}
	return []Native{
		{"ts_regexp_like", []string{"VARCHAR", "VARCHAR"}, "BOOLEAN", over(regexpLike)},
		{"ts_regexp_extract", []string{"VARCHAR", "VARCHAR", "BIGINT"}, "VARCHAR", over(regexpExtract)},
		{"ts_regexp_extract_all", []string{"VARCHAR", "VARCHAR", "BIGINT"}, "VARCHAR[]", over(regexpExtractAll)},
		{"ts_regexp_replace", []string{"VARCHAR", "VARCHAR", "VARCHAR"}, "VARCHAR", over(regexpReplace)},
		{"ts_regexp_split", []string{"VARCHAR", "VARCHAR"}, "VARCHAR[]", over(regexpSplit)},
		{"ts_regexp_groups", []string{"VARCHAR", "VARCHAR"}, "VARCHAR[][]", over(regexpGroups)},
	}
}

func regexpLike(s []rune, p *javaPattern, _ []any) (any, error) {
	ok, err := p.re.MatchRunes(s)
	if err != nil {
		return nil, tooLong()
	}
	return ok, nil
}

func (p *javaPattern) checkGroup(n int64) error {
	if n < 0 {
		return refuse("Group cannot be negative")
	}
	if n > int64(p.groups) {
		return refuse("Pattern has %d groups. Cannot access group %d", p.groups, n)
	}
	return nil
}

func regexpExtract(s []rune, p *javaPattern, args []any) (any, error) {
	n := args[2].(int64)
	if err := p.checkGroup(n); err != nil {
		return nil, err
	}
	m, err := p.re.FindRunesMatch(s)
	if err != nil {
		return nil, tooLong()
	}
	if m == nil {
		return nil, nil
	}
	return group(m, int(n)), nil
}

func regexpExtractAll(s []rune, p *javaPattern, args []any) (any, error) {
	n := args[2].(int64)
	if err := p.checkGroup(n); err != nil {
		return nil, err
	}
	out := []any{}
	err := p.matches(s, func(m *regexp2.Match) { out = append(out, group(m, int(n))) })
	return out, err
}

func regexpReplace(s []rune, p *javaPattern, args []any) (any, error) {
	r, err := p.replacement(args[2].(string))
	if err != nil {
		return nil, refuse("%v", err)
	}
	var out strings.Builder
	end := 0
	err = p.matches(s, func(m *regexp2.Match) {
		out.WriteString(string(s[end:m.Index]))
		r.expand(&out, m)
		end = m.Index + m.Length
	})
	out.WriteString(string(s[end:]))
	return out.String(), err
}

// regexpSplit gives the texts around the matches, one more than there are matches.
func regexpSplit(s []rune, p *javaPattern, _ []any) (any, error) {
	out := []any{}
	end := 0
	err := p.matches(s, func(m *regexp2.Match) {
		out = append(out, string(s[end:m.Index]))
		end = m.Index + m.Length
	})
	return append(out, string(s[end:])), err
}

// regexpGroups gives the groups of each match, without the whole of it.
func regexpGroups(s []rune, p *javaPattern, _ []any) (any, error) {
	out := []any{}
	err := p.matches(s, func(m *regexp2.Match) {
		groups := make([]any, p.groups)
		for i := range groups {
			groups[i] = group(m, i+1)
		}
		out = append(out, groups)
	})
	return out, err
}
