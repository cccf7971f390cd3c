package io.whimbrel.codec.sn;

/**
 * How long what follows the type of a message can be (5.4, 5.5): what tells a message from octets
 * that only look like the beginning of one.
 */
final class SnLengths {
  private SnLengths() {}

  /** Whether a message of this type can have so many octets behind its type. */
  static boolean allows(SnType type, int octets) {
    return switch (type) {
      case WILLTOPICREQ, WILLMSGREQ, PINGRESP -> octets == 0;
      case SEARCHGW, CONNACK, WILLTOPICRESP, WILLMSGRESP -> octets == 1;
      case PUBCOMP, PUBREC, PUBREL, UNSUBACK -> octets == 2;
      case ADVERTISE -> octets == 3;
      case REGACK, PUBACK -> octets == 5;
      case SUBACK -> octets == 6;
      case DISCONNECT -> octets == 0 || octets == 2;
      case GWINFO, ENCAPSULATED -> octets >= 1;
      case CONNECT, REGISTER, SUBSCRIBE, UNSUBSCRIBE -> octets >= 4;
      case PUBLISH -> octets >= 5;
      case WILLTOPIC, WILLMSG, PINGREQ, WILLTOPICUPD, WILLMSGUPD -> octets >= 0;
    };
  }
}
