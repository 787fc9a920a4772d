/**
 * A store in an S3 bucket, Amazon's or anybody's.
 *
 * <p>Kept secret here: the AWS SDK, HTTP, and what S3's answers mean. No request is repeated here:
 * retries live in one layer only, and it is not this one. Loaded only where an S3 store is made.
 */
@NullMarked
package io.aegis.storage.s3;

import org.jspecify.annotations.NullMarked;
