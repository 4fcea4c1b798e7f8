using System.Diagnostics;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace CohereShell;

/// <summary>
/// Tests a connection step by step, and stops at the first step that fails. Only the check of the key is a call of the
/// API; the other requests carry neither the key nor headers of the session.
/// </summary>
internal sealed class ConnectionTester(CohereSession session, TimeSpan stepTimeout, Action<string> report)
{
    private const int LatencyCount = 3;
    private const int MostAddresses = 4;

    /// <summary>For messages. These requests have no rate limit and no line in the audit file.</summary>
    private static readonly Operation Probe = new("TestConnection", string.Empty, "Account", "GET", "/", OperationAccess.Read) { IsKnown = false };

    private readonly CohereSession _session = session;
    private readonly List<ConnectionStep> _steps = [];
    private TlsCertificate? _certificate;
    private bool? _isKeyValid;
    private double? _latencyMs;

    public async Task<ConnectionTest> RunAsync(CancellationToken cancellationToken)
    {
        Uri address = _session.BaseUri;
        using HttpClient? network = _session.IsEmulator ? null : HttpHandlers.CreateProbeClient(_session.Options, (certificate, faults) => _certificate = new TlsCertificate(certificate, faults));
        bool isReached;
        if (network is null)
        {
            foreach (string name in new[] { "DNS", "TCP", "Proxy", "TLS" })
            {
                Skip(name, "the emulator runs in this process");
            }

            isReached = await RequestAsync(_session.Http, null, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Uri? proxy = ProxyRoute.For(_session.Options);
            Uri first = proxy ?? address;
            isReached = await ResolveAsync(first, cancellationToken).ConfigureAwait(false) is { } addresses
                && await ConnectAsync(addresses, first.Port, proxy, cancellationToken).ConfigureAwait(false)
                && await RequestAsync(network, proxy, cancellationToken).ConfigureAwait(false);
        }

        if (isReached)
        {
            await CheckKeyAsync(cancellationToken).ConfigureAwait(false);
            await MeasureAsync(network ?? _session.Http, cancellationToken).ConfigureAwait(false);
        }

        return new ConnectionTest(address, _steps, _certificate, _isKeyValid, _latencyMs);
    }

    private async Task<IPAddress[]?> ResolveAsync(Uri host, CancellationToken cancellationToken)
    {
        report("DNS");
        if (IPAddress.TryParse(host.DnsSafeHost, out IPAddress? literal))
        {
            Skip("DNS", $"{host.DnsSafeHost} is an IP address");
            return [literal];
        }

        var elapsed = Stopwatch.StartNew();
        try
        {
            IPAddress[] addresses = await InTimeAsync(AddressesAsync(host.DnsSafeHost, cancellationToken), cancellationToken).ConfigureAwait(false);
            Pass("DNS", elapsed, $"{host.DnsSafeHost} is {string.Join(", ", addresses.Take(MostAddresses).Select(address => address.ToString()))}");
            return addresses;
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            Fail("DNS", elapsed, exception is TimeoutException ? "the DNS server didn't answer in time" : $"the name '{host.DnsSafeHost}' is unknown", ErrorReason.HostNotFound);
            return null;
        }
    }

    private async Task<bool> ConnectAsync(IPAddress[] addresses, int port, Uri? proxy, CancellationToken cancellationToken)
    {
        report("TCP");
        var elapsed = Stopwatch.StartNew();
        string problem = "the name has no address";
        foreach (IPAddress address in addresses.Take(MostAddresses))
        {
            var place = new IPEndPoint(address, port);
            string named = (proxy is null ? string.Empty : "the proxy ") + place;
            try
            {
                using var client = new TcpClient(address.AddressFamily);
                await InTimeAsync(ConnectAsync(client, place), cancellationToken).ConfigureAwait(false);
                Pass("TCP", elapsed, place + (proxy is null ? string.Empty : ", the proxy"));
                return true;
            }
            catch (SocketException exception)
            {
                problem = exception.SocketErrorCode == SocketError.ConnectionRefused ? $"{named} refused the connection" : $"{named} can't be reached: {exception.Message}";
            }
            catch (TimeoutException)
            {
                problem = $"{named} didn't answer in time. A firewall may block it";
            }
        }

        Fail("TCP", elapsed, problem, proxy is null ? ErrorReason.ConnectionRefused : ErrorReason.ProxyFailed);
        return false;
    }

    private async Task<bool> RequestAsync(HttpClient http, Uri? proxy, CancellationToken cancellationToken)
    {
        bool isTls = _session.BaseUri.Scheme == Uri.UriSchemeHttps && !_session.IsEmulator;
        report(proxy is not null ? "Proxy" : isTls ? "TLS" : "HTTP");
        var elapsed = Stopwatch.StartNew();
        try
        {
            using ApiReply reply = await ProbeAsync(http, cancellationToken).ConfigureAwait(false);
            if (reply.StatusCode == 407)
            {
                FailRequest(new TransportException(ErrorReason.ProxyAuthenticationRequired, "it requires a user name and a password (status 407)"), proxy, isTls, elapsed);
                return false;
            }

            PassRequest(proxy, isTls);
            Pass("HTTP", elapsed, FormattableString.Invariant($"status {reply.StatusCode}{(reply.Location is null ? string.Empty : $", redirects to {reply.Location}")}, without the key"));
            return true;
        }
        catch (TransportException exception)
        {
            FailRequest(exception, proxy, isTls, elapsed);
            return false;
        }
    }

    private void PassRequest(Uri? proxy, bool isTls)
    {
        if (!_session.IsEmulator)
        {
            if (proxy is null)
            {
                Skip("Proxy", "none is used");
            }
            else
            {
                _steps.Add(new ConnectionStep { Name = "Proxy", Detail = Place(proxy) });
            }

            if (isTls)
            {
                _steps.Add(new ConnectionStep { Name = "TLS", Detail = _certificate is null ? string.Empty : Shown(_certificate) });
            }
            else
            {
                Skip("TLS", "the address is http");
            }
        }
    }

    private void FailRequest(TransportException exception, Uri? proxy, bool isTls, Stopwatch elapsed)
    {
        bool isProxy = exception.Reason is ErrorReason.ProxyFailed or ErrorReason.ProxyAuthenticationRequired;
        ErrorReason reason = _certificate is { Faults: not null } ? ErrorReason.CertificateNotTrusted : exception.Reason;
        // A server that doesn't use TLS may say nothing.
        bool isEncryption = reason is ErrorReason.TlsFailed or ErrorReason.CertificateNotTrusted || (isTls && _certificate is null);
        if (proxy is null)
        {
            Skip("Proxy", "none is used");
        }
        else if (!isProxy)
        {
            _steps.Add(new ConnectionStep { Name = "Proxy", Detail = Place(proxy) });
        }

        if (!isProxy && !isTls)
        {
            Skip("TLS", "the address is http");
        }

        if (reason == ErrorReason.TimedOut)
        {
            // The advice of a call, to request less, doesn't apply: the test requests nothing.
            reason = isEncryption ? ErrorReason.TlsFailed : ErrorReason.ConnectionFailed;
        }

        string detail = reason == ErrorReason.CertificateNotTrusted && _certificate is { } certificate
            ? $"the certificate isn't trusted: {certificate.Faults}. It is {Shown(certificate)}"
            : ReasonIn(exception.Message);
        Fail(isProxy ? "Proxy" : isEncryption ? "TLS" : "HTTP", elapsed, detail, reason);
    }

    private async Task CheckKeyAsync(CancellationToken cancellationToken)
    {
        report("Key");
        if (!_session.Key.IsPresent && _session.HeaderNames.Count == 0)
        {
            Skip("Key", "there isn't one");
            return;
        }

        var elapsed = Stopwatch.StartNew();
        try
        {
            ApiKeyStatus status = await new CohereClient(_session).Account.CheckApiKeyAsync(new RequestOptions { MaxRetryCount = 0, Timeout = stepTimeout, IsProbe = true }, cancellationToken).ConfigureAwait(false);
            _isKeyValid = status.Valid;
            if (status.Valid)
            {
                Pass("Key", elapsed, $"valid, from {_session.ApiKeySource}");
            }
            else
            {
                Fail("Key", elapsed, $"the server refuses the key from {_session.ApiKeySource}", ErrorReason.Unauthorized);
            }
        }
        catch (CohereException exception) when (exception.Reason == ErrorReason.NotAllowed)
        {
            Skip("Key", char.ToLowerInvariant(exception.Message[0]) + exception.Message.Substring(1).TrimEnd('.'));
        }
        catch (CohereException exception) when (exception.Reason is ErrorReason.NotFound or ErrorReason.NotImplemented)
        {
            Skip("Key", FormattableString.Invariant($"the server doesn't have this operation (status {exception.StatusCode})"));
        }
        catch (CohereException exception)
        {
            _steps.Add(new ConnectionStep
            {
                Name = "Key",
                Outcome = ConnectionStepOutcome.Failed,
                Detail = exception.Message.TrimEnd('.'),
                DurationMs = elapsed.Elapsed.TotalMilliseconds,
                RecommendedAction = exception.RecommendedAction,
            });
        }
    }

    private async Task MeasureAsync(HttpClient http, CancellationToken cancellationToken)
    {
        report("Latency");
        var durations = new List<double>();
        try
        {
            for (int i = 0; i < LatencyCount; i++)
            {
                var elapsed = Stopwatch.StartNew();
                using ApiReply reply = await ProbeAsync(http, cancellationToken).ConfigureAwait(false);
                durations.Add(elapsed.Elapsed.TotalMilliseconds);
            }
        }
        catch (TransportException exception)
        {
            _steps.Add(new ConnectionStep { Name = "Latency", Outcome = ConnectionStepOutcome.Failed, Detail = ReasonIn(exception.Message), RecommendedAction = ErrorTable.ActionOfTest(exception.Reason) });
            return;
        }

        durations.Sort();
        _latencyMs = durations[durations.Count / 2];
        _steps.Add(new ConnectionStep { Name = "Latency", Detail = FormattableString.Invariant($"{_latencyMs:0.#} ms for a request on an open connection, the median of {LatencyCount}") });
    }

    private Task<ApiReply> ProbeAsync(HttpClient http, CancellationToken cancellationToken) => _session.Transport.SendAsync(
        new ApiCall(Probe, () => new HttpRequestMessage(HttpMethod.Get, _session.BaseUri))
        {
            TotalRequestTimeout = stepTimeout,
            AttemptTimeout = stepTimeout,
        },
        http,
        cancellationToken);

    private async Task<T> InTimeAsync<T>(Task<T> task, CancellationToken cancellationToken)
    {
        await InTimeAsync((Task)task, cancellationToken).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    // Some of these methods of .NET Framework can't be cancelled.
    private async Task InTimeAsync(Task task, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (await Task.WhenAny(task, Task.Delay(stepTimeout, ending.Token)).ConfigureAwait(false) != task)
        {
            // The exception of an abandoned task must not go unobserved.
            _ = task.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException();
        }

        ending.Cancel();
        await task.ConfigureAwait(false);
    }

#if NET
    private static Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);
#else
    private static Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Dns.GetHostAddressesAsync(host);
    }
#endif

    private static Task ConnectAsync(TcpClient client, IPEndPoint place) => client.ConnectAsync(place.Address, place.Port);

    // 'Couldn't connect to api.cohere.com: the reason.'
    private static string ReasonIn(string message)
    {
        int start = message.StartsWith("Couldn't connect to ", StringComparison.Ordinal) ? message.IndexOf(": ", StringComparison.Ordinal) + 2 : 0;
        return message.Substring(start).TrimEnd('.');
    }

    private static string Place(Uri proxy) => proxy.GetLeftPart(UriPartial.Authority);

    private static string Shown(TlsCertificate certificate) => FormattableString.Invariant(
        $"for {string.Join(", ", certificate.Names.Take(3))}; issued by {certificate.Issuer}; expires {certificate.ExpiresAt:yyyy-MM-dd}");

    private void Pass(string name, Stopwatch elapsed, string detail) =>
        _steps.Add(new ConnectionStep { Name = name, Detail = HarmlessText.From(detail), DurationMs = elapsed.Elapsed.TotalMilliseconds });

    private void Skip(string name, string detail) =>
        _steps.Add(new ConnectionStep { Name = name, Outcome = ConnectionStepOutcome.Skipped, Detail = detail });

    private void Fail(string name, Stopwatch elapsed, string detail, ErrorReason reason) => _steps.Add(new ConnectionStep
    {
        Name = name,
        Outcome = ConnectionStepOutcome.Failed,
        Detail = HarmlessText.From(detail),
        DurationMs = elapsed.Elapsed.TotalMilliseconds,
        RecommendedAction = ErrorTable.ActionOfTest(reason),
    });
}
