package io.whimbrel.server.dtls;

import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.MessageCallback;

/**
 * Hears whether a datagram was sent, and tells once that it was not: the library may say so twice.
 * Called on threads of the library.
 */
final class DtlsSending implements MessageCallback {
  private final Runnable failed;
  private final AtomicBoolean told = new AtomicBoolean();

  DtlsSending(Runnable failed) {
    this.failed = failed;
  }

  @Override
  public void onConnecting() {}

  @Override
  public void onDtlsRetransmission(int flight) {}

  @Override
  public void onContextEstablished(EndpointContext context) {}

  @Override
  public void onSent() {}

  @Override
  public void onError(Throwable error) {
    if (told.compareAndSet(false, true)) {
      failed.run();
    }
  }
}
