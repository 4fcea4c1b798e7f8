using System;
using System.Collections.Generic;
using System.IO;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Transport;

/// <summary>Reads server-sent events as they arrive.</summary>
internal static class ServerSentEvents
{
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Stream stream,
        EventParser<T> parser,
        TimeSpan idleTimeout,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var watched = new IdleTimeoutStream(stream, idleTimeout, cancellationToken);
        IAsyncEnumerator<SseItem<T?>> items = SseParser
            .Create<T?>(watched, (_, data) => parser(data))
            .EnumerateAsync(cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using (items.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    if (!await items.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested && (ConnectionFailures.IsOne(exception) || exception is ObjectDisposedException))
                {
                    throw new TransportException(ErrorReason.StreamIncomplete, $"The stream broke off: {ConnectionFailures.Describe(exception)}", exception);
                }

                if (items.Current.Data is { } item)
                {
                    yield return item;
                }
            }
        }
    }
}
