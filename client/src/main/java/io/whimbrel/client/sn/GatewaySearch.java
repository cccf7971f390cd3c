package io.whimbrel.client.sn;

import io.whimbrel.client.internal.Threads;
import io.whimbrel.codec.sn.SnDecoder;
import io.whimbrel.codec.sn.SnEncoder;
import io.whimbrel.codec.sn.SnMalformedException;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks which gateways are there (6.1): twice, as a datagram may be lost. Its set is its own lock's,
 * which is held for a few instructions.
 */
final class GatewaySearch implements SnTransport.Receiver {
  private static final int FOUND_MAX = 1_000;
  private static final int QUESTIONS = 2;

  private final Set<FoundGateway> found = new LinkedHashSet<>();

  static CompletableFuture<List<FoundGateway>> over(SnTransport transport, Duration time) {
    CompletableFuture<List<FoundGateway>> result = new CompletableFuture<>();
    Threads.workers().execute(() -> new GatewaySearch().run(transport, time, result));
    return result;
  }

  private void run(
      SnTransport transport, Duration time, CompletableFuture<List<FoundGateway>> result) {
    try (transport) {
      transport.open(this);
      byte[] question = SnEncoder.bytes(new SnMessage.Searchgw(0));
      CountDownLatch never = new CountDownLatch(1);
      for (int i = 0; i < QUESTIONS; i++) {
        transport.broadcast(question, 0);
        never.await(time.toNanos() / QUESTIONS, TimeUnit.NANOSECONDS);
      }
      result.complete(found());
    } catch (IOException unopened) {
      result.completeExceptionally(
          new MqttSnException(
              MqttSnException.Kind.NO_GATEWAY,
              SnReturnCode.ACCEPTED,
              String.valueOf(unopened.getMessage())));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      result.complete(found());
    }
  }

  private List<FoundGateway> found() {
    synchronized (found) {
      return new ArrayList<>(found);
    }
  }

  @Override
  public void onDatagram(byte[] datagram, String from) {
    try {
      SnMessage message = new SnDecoder().decode(datagram, 0, datagram.length);
      if (message instanceof SnMessage.Gwinfo answer) {
        boolean itself = answer.address().length == 0;
        String address = itself ? from : HexFormat.of().formatHex(answer.address());
        add(new FoundGateway(answer.gatewayId(), address));
      } else if (message instanceof SnMessage.Advertise advertised) {
        add(new FoundGateway(advertised.gatewayId(), from));
      }
    } catch (SnMalformedException none) {
      return; // it is no answer
    }
  }

  private void add(FoundGateway one) {
    synchronized (found) {
      if (found.size() < FOUND_MAX) {
        found.add(one);
      }
    }
  }

  @Override
  public void onUnreachable(String why) {} // then nobody is found

  @Override
  public void onClosed(String why) {}
}
