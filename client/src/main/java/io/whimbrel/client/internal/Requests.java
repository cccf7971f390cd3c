package io.whimbrel.client.internal;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.SubscriptionRequest;
import io.whimbrel.codec.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE and UNSUBSCRIBE without an answer yet, and the subscriptions that stand: where a server
 * has lost the session they are made again. Until it has granted one it is owed to us, and asked
 * for over each connection: a server that has the session then has it without that subscription.
 * Owned by its session.
 */
final class Requests {
  /** Filters in one SUBSCRIBE when they are made again. */
  private static final int FILTERS_MAX = 50;

  // Valid for the session.
  private final PacketIds packetIds;
  private final Map<TopicFilter, Standing> standing = new LinkedHashMap<>();
  private final ArrayDeque<Request> waiting = new ArrayDeque<>(0);

  // Valid for the connection.
  private final Map<Integer, Request> sent = new LinkedHashMap<>();
  private @Nullable Link link;
  private long packetSizeMax;

  private static final class Standing {
    final SubscriptionRequest request;
    final Properties properties;

    /** Whether the server that has the session may be without it. */
    boolean owed;

    Standing(SubscriptionRequest request, Properties properties) {
      this.request = request;
      this.properties = properties;
    }
  }

  Requests(PacketIds packetIds) {
    this.packetIds = packetIds;
  }

  /** Asks, or will when there is a connection. */
  void ask(Request request) {
    waiting.add(request);
    pump();
  }

  /**
   * A filter is to be made when a server has no session for us.
   *
   * @param properties of its SUBSCRIBE
   */
  void stand(SubscriptionRequest request, Properties properties) {
    standing.put(request.filter(), new Standing(request, properties));
  }

  /**
   * CONNACK came.
   *
   * @param taken the largest packet that the server takes
   */
  void connected(
      Link to,
      long taken,
      boolean sessionPresent,
      Function<List<SubscriptionRequest>, Request.Answer> lost) {
    link = to;
    packetSizeMax = taken;
    if (!sessionPresent) {
      standing.values().forEach(each -> each.owed = true);
    }
    for (Request again : owed(lost)) {
      waiting.addFirst(again);
    }
    pump();
  }

  private List<Request> owed(Function<List<SubscriptionRequest>, Request.Answer> lost) {
    Map<Properties, List<SubscriptionRequest>> alike = new LinkedHashMap<>();
    for (Standing each : standing.values()) {
      if (each.owed) {
        alike.computeIfAbsent(each.properties, p -> new ArrayList<>()).add(each.request);
      }
    }
    List<Request> made = new ArrayList<>();
    alike.forEach(
        (properties, filters) -> {
          for (int from = 0; from < filters.size(); from += FILTERS_MAX) {
            List<SubscriptionRequest> some =
                List.copyOf(filters.subList(from, Math.min(filters.size(), from + FILTERS_MAX)));
            made.add(new Request(some, List.of(), properties, Long.MAX_VALUE, lost.apply(some)));
          }
        });
    return made;
  }

  /** Those without an answer are asked again over the next connection. */
  void disconnected() {
    link = null;
    List<Request> again = new ArrayList<>(sent.values());
    sent.keySet().forEach(packetIds::free);
    sent.clear();
    again.removeIf(Requests::isNobodys);
    waiting.removeIf(Requests::isNobodys);
    for (int i = again.size() - 1; i >= 0; i--) {
      waiting.addFirst(again.get(i));
    }
  }

  /** Made anew where it is owed, or nobody waits for it any more. */
  private static boolean isNobodys(Request request) {
    return request.deadline() == Long.MAX_VALUE;
  }

  private void pump() {
    while (link != null && !waiting.isEmpty() && packetIds.isAnyFree()) {
      Request next = waiting.remove();
      int id = packetIds.take();
      sent.put(id, next);
      try {
        if (!link.send(next.packet(id), packetSizeMax)) { // [MQTT-3.2.2-15]
          takeBack(id);
          onTooLarge(next);
        }
      } catch (IllegalArgumentException unsayable) {
        takeBack(id);
        next.answer().onFailed("it cannot be sent: " + unsayable.getMessage());
      }
    }
  }

  private void takeBack(int id) {
    sent.remove(id);
    packetIds.free(id);
  }

  /** What stands is asked for in smaller packets; what its user wants is refused as a whole. */
  private void onTooLarge(Request request) {
    int filters = request.subscribed().size();
    if (isNobodys(request) && filters > 1) {
      waiting.addFirst(part(request, filters / 2, filters));
      waiting.addFirst(part(request, 0, filters / 2));
    } else {
      int all = filters + request.unsubscribed().size();
      List<ReasonCode> reasons = Collections.nCopies(all, ReasonCode.PACKET_TOO_LARGE);
      request.answer().onReasons(reasons, Properties.NONE);
    }
  }

  private static Request part(Request request, int from, int to) {
    return new Request(
        List.copyOf(request.subscribed().subList(from, to)),
        List.of(),
        request.properties(),
        request.deadline(),
        request.answer());
  }

  /** SUBACK or UNSUBACK came; a 3.x server gives no reasons in the latter. */
  void onAnswer(int packetId, List<ReasonCode> reasons, Properties properties) {
    Request request = sent.remove(packetId);
    if (request == null) {
      return;
    }
    packetIds.free(packetId);
    if (request.subscribed().isEmpty()) {
      request.unsubscribed().forEach(standing::remove);
    }
    for (int i = 0; i < Math.min(reasons.size(), request.subscribed().size()); i++) {
      SubscriptionRequest asked = request.subscribed().get(i);
      if (!reasons.get(i).isError()) {
        stand(asked, request.properties());
      } else if (isForGood(reasons.get(i))) {
        standing.remove(asked.filter());
      }
    }
    request.answer().onReasons(reasons, properties);
    pump();
  }

  /**
   * Whether a refusal lasts. Quotas and rights change, the latter with each token, and an error of
   * the server passes: what stood is asked for again over the next connection, for one packet.
   */
  private static boolean isForGood(ReasonCode refusal) {
    return switch (refusal) {
      case TOPIC_FILTER_INVALID,
          SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
          SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
          WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED ->
          true;
      default -> false;
    };
  }

  // ---------------------------------------------------------------- deadlines

  long nextDeadline() {
    long next = Long.MAX_VALUE;
    for (Request each : sent.values()) {
      next = Math.min(next, each.deadline());
    }
    for (Request each : waiting) {
      next = Math.min(next, each.deadline());
    }
    return next;
  }

  /**
   * Gives up what has waited for too long; its identifier stays taken until the connection ends.
   */
  void tick(long now) {
    for (Iterator<Request> each = waiting.iterator(); each.hasNext(); ) {
      Request next = each.next();
      if (next.deadline() <= now) {
        each.remove();
        next.answer().onFailed("there was no connection to the server in time");
      }
    }
    sent.replaceAll(
        (id, request) -> {
          if (request.deadline() > now) {
            return request;
          }
          request.answer().onFailed("the server did not answer in time");
          return new Request(
              request.subscribed(),
              request.unsubscribed(),
              request.properties(),
              Long.MAX_VALUE,
              LATE);
        });
  }

  private static final Request.Answer LATE =
      new Request.Answer() {
        @Override
        public void onReasons(List<ReasonCode> reasons, Properties properties) {}

        @Override
        public void onFailed(String why) {}
      };

  /** The client is closed. */
  void giveUp(String why) {
    List<Request> all = new ArrayList<>(sent.values());
    all.addAll(waiting);
    sent.clear();
    waiting.clear();
    all.forEach(each -> each.answer().onFailed(why));
  }
}
