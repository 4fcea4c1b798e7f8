using System.Net.Http;
using System.Net.Http.Headers;

namespace CohereShell;

/// <summary>Creates the request of a download. It contains the address and nothing from the session.</summary>
internal static class DownloadMessage
{
    /// <param name="address">The signed address.</param>
    /// <param name="position">The byte to start at; 0 for the whole file.</param>
    /// <param name="entityTag">The version of the file that the bytes so far came from.</param>
    public static HttpRequestMessage Create(Uri address, long position, string? entityTag)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, address);
        if (position > 0)
        {
            message.Headers.Range = new RangeHeaderValue(position, null);
            if (entityTag is not null)
            {
                // If the version has changed, the server sends the whole file.
                message.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(entityTag));
            }
        }

        return message;
    }
}
