package io.whimbrel.client.internal;

final class MemoryOutboxTest implements OutboxContract {
  @Override
  public Outbox empty() {
    return new MemoryOutbox();
  }
}
