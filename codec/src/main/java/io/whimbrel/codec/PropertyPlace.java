package io.whimbrel.codec;

import io.whimbrel.codec.PacketDecoder.Sender;

/**
 * Where properties can stand: a packet, told apart by its sender where that matters, or the Will.
 */
enum PropertyPlace {
  CONNECT,
  WILL,
  CONNACK,
  CLIENT_PUBLISH,
  SERVER_PUBLISH,
  PUBACK,
  PUBREC,
  PUBREL,
  PUBCOMP,
  SUBSCRIBE,
  SUBACK,
  UNSUBSCRIBE,
  UNSUBACK,
  CLIENT_DISCONNECT,
  SERVER_DISCONNECT,
  AUTH;

  static PropertyPlace publish(Sender sender) {
    return sender == Sender.CLIENT ? CLIENT_PUBLISH : SERVER_PUBLISH;
  }

  static PropertyPlace disconnect(Sender sender) {
    return sender == Sender.CLIENT ? CLIENT_DISCONNECT : SERVER_DISCONNECT;
  }

  /** The same packet from the other side; itself where only one side sends it or both may alike. */
  PropertyPlace fromOtherSide() {
    return switch (this) {
      case CLIENT_PUBLISH -> SERVER_PUBLISH;
      case SERVER_PUBLISH -> CLIENT_PUBLISH;
      case CLIENT_DISCONNECT -> SERVER_DISCONNECT;
      case SERVER_DISCONNECT -> CLIENT_DISCONNECT;
      default -> this;
    };
  }
}
