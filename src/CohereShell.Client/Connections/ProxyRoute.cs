using System.Net;
#if NET
using System.Net.Http;
#endif

namespace CohereShell;

/// <summary>Finds the proxy that requests to an address use.</summary>
internal static class ProxyRoute
{
    /// <summary>The address of the proxy, without credentials; null if requests go directly to the host.</summary>
    public static Uri? For(CohereSessionOptions options)
    {
        IWebProxy? proxy = options.Proxy ?? Default;
        if (proxy is null || proxy.IsBypassed(options.BaseUri) || proxy.GetProxy(options.BaseUri) is not { } address || address == options.BaseUri)
        {
            return null;
        }

        // The proxy settings of the environment can contain a password.
        return address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = string.Empty, Password = string.Empty }.Uri;
    }

#if NET
    private static IWebProxy? Default => HttpClient.DefaultProxy;
#else
    private static IWebProxy? Default => WebRequest.DefaultWebProxy;
#endif
}
