using System.Globalization;

namespace CohereShell.Transport;

/// <summary>
/// The largest answers that are kept in memory. A damaged or hostile server can send a body that doesn't end, or a few
/// kilobytes that decompress to gigabytes. Files are downloaded as streams, without these bounds.
/// </summary>
internal static class AnswerBounds
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>The largest body in bytes, and the most bytes of a stream of events.</summary>
    public const int LargestBody = 128 * Megabyte;

    /// <summary>The largest event of a stream, in bytes.</summary>
    public const int LargestEvent = 16 * Megabyte;

    /// <summary>The largest body of an error, in bytes.</summary>
    public const int LargestErrorBody = 16 * Megabyte;

    /// <summary>Creates the exception for an answer that exceeds a bound.</summary>
    /// <param name="what">The start of the message.</param>
    /// <param name="bound">The bound in bytes.</param>
    public static TransportException TooLarge(string what, int bound) =>
        new(ErrorReason.AnswerTooLarge, string.Format(CultureInfo.InvariantCulture, "{0} is larger than {1} MB, so it wasn't read further.", what, bound / Megabyte));
}
