package keep

import (
	"sync"
	"testing"
)

func TestGet(t *testing.T) {
	c := New[int, int](2)
	made := map[int]int{}
	get := func(k int) int { return c.Get(k, func() int { made[k]++; return k * 10 }) }
	for _, k := range []int{1, 2, 1, 2, 3, 2, 1} {
		if got := get(k); got != k*10 {
			t.Errorf("Get(%d) = %d", k, got)
		}
	}
	for k, want := range map[int]int{1: 2, 2: 1, 3: 1} {
		if made[k] != want {
			t.Errorf("%d was made %d times, want %d", k, made[k], want)
		}
	}
}

func TestOnlyOneMakes(t *testing.T) {
	c := New[string, int](4)
	made := 0
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { c.Get("a", func() int { made++; return made }) })
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("made %d times, want 1", made)
	}
}
