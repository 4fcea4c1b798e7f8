using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace CohereShell.Commands;

/// <summary>A bar of the bytes of an upload. It moves a few times a second, however often it is told.</summary>
internal sealed class UploadBar : IProgress<UploadProgress>
{
    private const int Id = 1719;
    private const long Unit = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly string _activity;
    private readonly Action<ProgressRecord> _write;
    private TimeSpan _next = Pause;

    /// <param name="name">What is uploaded.</param>
    /// <param name="write">Writes progress, from any thread.</param>
    public UploadBar(string name, Action<ProgressRecord> write)
    {
        _activity = $"Uploading {name}";
        _write = write;
    }

    public void Report(UploadProgress value)
    {
        TimeSpan now = _elapsed.Elapsed;
        if (now < _next)
        {
            return;
        }

        _next = now + Pause;
        double rate = value.BytesSent / now.TotalSeconds;
        long left = value.TotalBytes - value.BytesSent;
        _write(new ProgressRecord(Id, _activity, string.Format(CultureInfo.InvariantCulture, "{0:N1} of {1:N1} MB, {2:N1} MB a second", (double)value.BytesSent / Unit, (double)value.TotalBytes / Unit, rate / Unit))
        {
            PercentComplete = value.TotalBytes == 0 ? 0 : (int)Math.Min(100, value.BytesSent * 100 / value.TotalBytes),
            SecondsRemaining = rate > 0 ? (int)Math.Min(int.MaxValue, left / rate) : -1,
        });
    }

    public void Complete()
    {
        if (_next > Pause)
        {
            _write(new ProgressRecord(Id, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }
}
