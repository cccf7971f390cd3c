/** DTLS for devices: who they prove to be, and how the broker does. */
@NullMarked
package io.whimbrel.server.dtls;

import org.jspecify.annotations.NullMarked;
