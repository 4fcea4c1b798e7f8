using System;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Tests;

/// <summary>A TLS proxy in front of a <see cref="FaultServer"/>, with a self-signed certificate.</summary>
internal sealed class TlsFront : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2 _certificate;
    private readonly Uri _behind;

    public TlsFront(FaultServer server, string name = "127.0.0.1", int days = 1)
    {
        _certificate = CreateCertificate(name, days);
        _behind = server.Address;
        _listener.Start();
        Address = new Uri($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The handler of a session that trusts the certificate.</summary>
    public static SocketsHttpHandler TrustedBy(SocketsHttpHandler handler)
    {
#pragma warning disable CA5359 // The certificate is created for the test and can't be verified.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return handler;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Stop();
        _certificate.Dispose();
    }

    private static X509Certificate2 CreateCertificate(string name, int days)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(days));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        using (var tls = new SslStream(client.GetStream()))
        {
            try
            {
                await tls.AuthenticateAsServerAsync(_certificate);
                await server.ConnectAsync(_behind.Host, _behind.Port, _stopping.Token);
                Task sending = tls.CopyToAsync(server.GetStream(), _stopping.Token);
                Task receiving = server.GetStream().CopyToAsync(tls, _stopping.Token);
                await Task.WhenAny(sending, receiving);
            }
            catch (Exception exception) when (exception is OperationCanceledException or System.IO.IOException or SocketException)
            {
                // One side has closed the connection, or the test is over.
            }
        }
    }
}
