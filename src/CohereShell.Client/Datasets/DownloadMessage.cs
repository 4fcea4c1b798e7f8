using System.Net.Http;
using System.Net.Http.Headers;

namespace CohereShell;

/// <summary>Makes the message of a download: the address, and nothing of the session.</summary>
internal static class DownloadMessage
{
    /// <param name="address">The signed address.</param>
    /// <param name="position">From which byte on; 0 for the whole file.</param>
    /// <param name="entityTag">The version of the file that the bytes before came from.</param>
    public static HttpRequestMessage Create(Uri address, long position, string? entityTag)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, address);
        if (position > 0)
        {
            message.Headers.Range = new RangeHeaderValue(position, null);
            if (entityTag is not null)
            {
                // Of another version, the whole file comes.
                message.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(entityTag));
            }
        }

        return message;
    }
}
