package lambdahandler

import "testing"

func TestMemoryLimit(t *testing.T) {
	for _, c := range []struct {
		size, limit string
		want        int64
	}{
		{"1024", "", 966367638},
		{"128", "", 120795948},
		{"1024", "500MiB", 0},
		{"", "", 0},
		{"0", "", 0},
		{"-1", "", 0},
		{"much", "", 0},
	} {
		env := map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": c.size, "GOMEMLIMIT": c.limit}
		got, ok := memoryLimit(func(name string) string { return env[name] })
		if ok != (c.want != 0) || ok && got != c.want {
			t.Errorf("of %q, with GOMEMLIMIT %q: %d, %t, want %d", c.size, c.limit, got, ok, c.want)
		}
	}
}
