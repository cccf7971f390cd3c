package io.whimbrel.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request that a WebSocket begins with (RFC 6455, section 4.2). Agreed, it takes HTTP out
 * of the pipeline and itself with it; what is left is the peer. How long the client may take is the
 * connection's to say: its time to CONNECT runs already.
 */
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {
  private static final int LINE_MAX = 2048;
  private static final int HEADERS_MAX = 8192;
  private static final int CHUNK_MAX = 4096;
  private static final int KEY_BYTES = 16;
  private static final String VERSION = "13";
  private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final List<String> SUBPROTOCOLS = List.of("mqtt", "mqttv3.1");

  private final String path;
  private final Runnable onAgreed;
  private final HttpServerCodec codec = new HttpServerCodec(LINE_MAX, HEADERS_MAX, CHUNK_MAX);
  private @Nullable HttpRequest request;
  private boolean answered;

  /**
   * @param path where the request has to go, or to {@code /}
   * @param onAgreed run when frames follow
   */
  WebSocketUpgrade(String path, Runnable onAgreed) {
    this.path = path;
    this.onAgreed = onAgreed;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    // The codec keeps what it is given, and the loop's receive buffer is not to be kept.
    context.pipeline().addBefore(context.name(), null, new Copying());
    context.pipeline().addBefore(context.name(), null, codec);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (!answered) {
        onHttp(context, message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHttp(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest head) {
      request = head;
      if (head.decoderResult().isFailure()) {
        refuse(context, HttpResponseStatus.BAD_REQUEST, "this is no HTTP request");
        return;
      }
    }
    HttpRequest asked = request;
    if (asked == null) {
      return;
    }
    if (message instanceof HttpContent content
        && (content.content().isReadable() || content.decoderResult().isFailure())) {
      refuse(context, HttpResponseStatus.BAD_REQUEST, "a WebSocket begins without a body");
    } else if (message instanceof LastHttpContent) {
      onRequest(context, asked);
    }
  }

  private void onRequest(ChannelHandlerContext context, HttpRequest asked) {
    HttpHeaders headers = asked.headers();
    String to = asked.uri().split("\\?", 2)[0];
    String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "").strip();
    if (!to.equals(path) && !to.equals("/")) {
      refuse(context, HttpResponseStatus.NOT_FOUND, "MQTT is spoken at " + path);
    } else if (!asked.method().equals(HttpMethod.GET)) {
      refuse(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "a WebSocket begins with GET");
    } else if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
      refuse(context, HttpResponseStatus.UPGRADE_REQUIRED, "MQTT over WebSocket is spoken here");
    } else if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "").strip())) {
      refuse(context, HttpResponseStatus.UPGRADE_REQUIRED, "WebSocket version 13 is spoken here");
    } else if (!isKey(key)) {
      refuse(context, HttpResponseStatus.BAD_REQUEST, "no Sec-WebSocket-Key");
    } else {
      Optional<String> chosen = subprotocol(headers); // [MQTT-6.0.0-3]
      if (chosen.isPresent()) {
        agree(context, key, chosen.get());
      } else {
        refuse(context, HttpResponseStatus.BAD_REQUEST, "no subprotocol 'mqtt' was offered");
      }
    }
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException odd) {
      return false;
    }
  }

  private static Optional<String> subprotocol(HttpHeaders headers) {
    return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
        .flatMap(line -> List.of(line.split(",")).stream())
        .map(String::strip)
        .filter(offered -> SUBPROTOCOLS.contains(offered.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** Switches over; the subprotocol is told as the client spelt it [MQTT-6.0.0-4]. */
  private void agree(ChannelHandlerContext context, String key, String subprotocol) {
    answered = true;
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key))
        .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol);
    context.writeAndFlush(response);
    onAgreed.run();
    context.pipeline().remove(Copying.class);
    context.pipeline().remove(this);
    codec.upgradeFrom(context); // what came behind the request goes to the peer
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-1", impossible);
    }
  }

  private void refuse(ChannelHandlerContext context, HttpResponseStatus status, String why) {
    answered = true;
    ByteBuf body = Unpooled.copiedBuffer(why + "\n", StandardCharsets.UTF_8);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
    } else if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET.name());
    }
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
