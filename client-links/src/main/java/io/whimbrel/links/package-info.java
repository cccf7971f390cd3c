/** Links of MQTT-SN clients beside UDP: DTLS and serial lines. */
@NullMarked
package io.whimbrel.links;

import org.jspecify.annotations.NullMarked;
