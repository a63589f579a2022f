// The extension of Visual Studio Code: starts `qodly lsp` for the open folder and `qodly dap` for the debugger.
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

const language = 'qodly';
const executable = () => vscode.workspace.getConfiguration('qodly').get('executable') || 'qodly';

let client;

async function startServer() {
  client = new LanguageClient('qodly', 'QodlyScript', { command: executable(), args: ['lsp'] }, {
    documentSelector: [{ scheme: 'file', language }],
  });
  try {
    await client.start();
  } catch (error) {
    const choice = await vscode.window.showErrorMessage(
      `"${executable()} lsp" does not start: ${error.message ?? error}. Set qodly.executable to the path of the executable.`, 'Settings');
    if (choice) await vscode.commands.executeCommand('workbench.action.openSettings', 'qodly.executable');
  }
}

async function stopServer() {
  const running = client;
  client = undefined;
  await running?.stop().catch(() => {});
}

async function restart() {
  await stopServer();
  await startServer();
}

// "Run and debug" without launch.json runs the file that is open.
const withoutConfiguration = {
  resolveDebugConfiguration(_folder, configuration) {
    if (configuration.type || vscode.window.activeTextEditor?.document.languageId !== language) return configuration;
    return { type: 'qodly', request: 'launch', name: 'This file', program: '${file}' };
  },
};

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider('qodly', withoutConfiguration),
    vscode.debug.registerDebugAdapterDescriptorFactory('qodly', {
      createDebugAdapterDescriptor: () => new vscode.DebugAdapterExecutable(executable(), ['dap']),
    }),
    vscode.commands.registerCommand('qodly.restart', restart),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('qodly.executable') && restart()),
  );
  await startServer();
};

exports.deactivate = stopServer;
