package web

import (
	"context"
	"sync"
	"time"
)

// background runs work that outlives its request, one piece a key. Its zero value is ready.
type background struct {
	mu      sync.Mutex
	running map[string]context.CancelFunc
	ended   bool
	done    sync.WaitGroup
}

// start runs work unless work of the same key runs, or the site is shutting down: then it gives false.
func (b *background) start(key string, work func(ctx context.Context)) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended || b.running[key] != nil {
		return false
	}
	if b.running == nil {
		b.running = map[string]context.CancelFunc{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.running[key] = cancel
	b.done.Go(func() {
		defer b.end(key, cancel)
		work(ctx)
	})
	return true
}

func (b *background) end(key string, cancel context.CancelFunc) {
	cancel()
	b.mu.Lock()
	delete(b.running, key)
	b.mu.Unlock()
}

// stop waits for what runs, and ends what takes longer. What is ended leaves nothing behind: it works in one transaction.
func (b *background) stop(grace time.Duration) {
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
	finished := make(chan struct{})
	go func() {
		b.done.Wait()
		close(finished)
	}()
	select {
	case <-finished:
		return
	case <-time.After(grace):
	}
	b.mu.Lock()
	for _, cancel := range b.running {
		cancel()
	}
	b.mu.Unlock()
	<-finished
}
