import { createSSRApp } from 'vue'
import App from './App.vue'
// #ifdef H5
import { watchKeyboard } from './use/keyboard'

watchKeyboard(document)
// #endif

export function createApp() {
  return { app: createSSRApp(App) }
}
