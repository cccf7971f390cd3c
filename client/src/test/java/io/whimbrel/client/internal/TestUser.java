package io.whimbrel.client.internal;

import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who runs a client, and hears of it. */
final class TestUser implements RunnerListener {
  final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
  volatile Connect connect =
      new Connect(ProtocolVersion.MQTT_5, true, 60, Properties.NONE, "c", null, null, null);

  /** What it is told next. */
  @Nullable String next() throws InterruptedException {
    return told.poll(30, TimeUnit.SECONDS);
  }

  @Override
  public Outbound.Progress onFound(Outbox.Kept message) {
    return new TestSession.Became();
  }

  @Override
  public CompletionStage<Connect> nextConnect() {
    return CompletableFuture.completedFuture(connect);
  }

  @Override
  public void onConnecting(Server server) {}

  @Override
  public void onConnected(Server server, Connack connack) {
    told.add("connected");
  }

  @Override
  public void onRefused(Server server, Connack connack) {
    told.add("refused: " + connack.reason());
  }

  @Override
  public void onDisconnected(
      @Nullable ReasonCode reason, String why, @Nullable Throwable cause, boolean again) {
    told.add(why + (again ? "; again" : ""));
  }

  @Override
  public void onRoundOver() {}

  @Override
  public void onLastWord(Disconnect last) {}

  @Override
  public void onMessage(Incoming message) {}

  @Override
  public void onAuth(Auth auth) {}

  @Override
  public void onSubscriptionLost(TopicFilter filter, ReasonCode reason) {}

  @Override
  public void onOutboxFailed(String why) {
    told.add(why);
  }

  /** What nobody says more than. */
  static Disconnect goodbye() {
    return new Disconnect(ReasonCode.SUCCESS, Properties.NONE);
  }
}
